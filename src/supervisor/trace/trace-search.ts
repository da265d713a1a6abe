// A search for a trace through access logs and the event log, in parts: a large log is not read in one go by a process that
// has other things to do. It keeps nothing between the parts; where to go on is told to whoever asks.
import type { Clock } from "../../base/clock.ts";
import { diskReason } from "../../event/log-disk.ts";
import { decodeLine } from "../../event/log-record.ts";
import { scanLines } from "../../net/access-log/line-scan.ts";
import { kindOfLog } from "../../net/access-log/log-name.ts";
import { readSiteLogName } from "../../net/access-log/log-place.ts";
import { readDirective, readNcsaLine, readW3cLine } from "../../net/access-log/read-log.ts";
import type { TraceAnswer, TraceEntry } from "./trace-answer.ts";
import type { TraceFile } from "./trace-files.ts";

const PART_MS = 300;
const ENTRIES_MAX = 1000;

export async function searchTrace(
  files: readonly TraceFile[],
  prefix: string,
  after: string | undefined,
  clock: Clock,
): Promise<TraceAnswer> {
  const endMs = clock.steadyMs() + PART_MS;
  const entries: TraceEntry[] = [];
  const unread: string[] = [];
  const goOn = (): boolean => clock.steadyMs() < endMs && entries.length < ENTRIES_MAX;
  const begin = placeOf(after);
  let searchedBytes = 0;
  let next: Place | undefined;
  for (const file of files) {
    const { path, bytes } = file;
    if (next !== undefined) break;
    if (path < begin.path) {
      searchedBytes += bytes;
      continue;
    }
    const found = (line: string, header: string): void => {
      const entry = entryOf(file, line, header);
      if (entry?.trace.startsWith(prefix)) entries.push(entry);
    };
    const fromBytes = path === begin.path ? begin.atBytes : 0;
    const scanned = await scanLines({ path, fromBytes, needle: needleFor(file, prefix), found, goOn }).catch(
      (error: unknown) => {
        unread.push(`${path}: ${diskReason(error, path).text}`);
        return { atBytes: bytes, done: true };
      },
    );
    searchedBytes += scanned.done ? bytes : scanned.atBytes;
    if (!scanned.done) next = { path, atBytes: scanned.atBytes };
    else if (!goOn()) next = behind(path);
  }
  const totalBytes = files.reduce((sum, it) => sum + it.bytes, 0);
  return { entries, searchedBytes, totalBytes, files: files.length, unread, next: next ? JSON.stringify(next) : null };
}

/** Where a search goes on. */
interface Place {
  readonly path: string;
  readonly atBytes: number;
}

/** The place before every path that comes after this one. */
const behind = (path: string): Place => ({ path: `${path}\0`, atBytes: 0 });

/** What is no place of ours begins anew. */
function placeOf(text: string | undefined): Place {
  const nowhere = { path: "", atBytes: 0 };
  try {
    const { path, atBytes } = JSON.parse(text ?? "null") as Partial<Place>;
    return typeof path === "string" && Number.isSafeInteger(atBytes) && Number(atBytes) >= 0
      ? { path, atBytes: Number(atBytes) }
      : nowhere;
  } catch {
    return nowhere;
  }
}

/** In the event log the id is a member of its own; in a line it may be anywhere, and is looked at again. */
const needleFor = ({ holds }: TraceFile, prefix: string): string =>
  holds.is === "events" ? `"trace":"${prefix}` : prefix;

function entryOf({ holds }: TraceFile, line: string, header: string): TraceEntry | undefined {
  if (holds.is === "events") {
    const event = decodeLine(line);
    return event?.trace === undefined ? undefined : { from: "events", trace: event.trace, atMs: event.atMs, event };
  }
  const { service, name: file } = holds;
  const read = kindOfLog(file) === "ncsa" ? readNcsaLine(line) : readW3cLine(line, readDirective(header) ?? []);
  const trace = read?.fields["x-trace"];
  if (read === undefined || trace === undefined) return undefined;
  const site = holds.site ?? readSiteLogName(read.fields["s-sitename"] ?? "")?.site ?? "";
  return { from: "access", trace, atMs: read.atMs, service, site, file, fields: read.fields };
}
