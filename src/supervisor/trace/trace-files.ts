// The files in which the story of a trace can stand: the event log, and the access logs of all sites, also of those that
// are gone by now. Chosen by their names and times; opens none.
import { type Dirent, readdirSync, type Stats, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Home, roomPath } from "../../base/home.ts";
import { logNames } from "../../event/log-files.ts";
import { isLogName, spanOfLog } from "../../net/access-log/log-name.ts";
import { readSiteLogName } from "../../net/access-log/log-place.ts";
import type { Span } from "../../net/trace-id.ts";

export interface TraceFile {
  readonly path: string;
  readonly bytes: number;
  readonly holds:
    | { readonly is: "events" }
    /** Without a site where each line says whose it is. */
    | { readonly is: "lines"; readonly service: string; readonly site: string | undefined; readonly name: string };
}

export interface TracePlaces {
  readonly home: Home;
  /** The stem of each service: "W3SVC" to "www". */
  readonly stems: ReadonlyMap<string, string>;
  /** Every folder that is set for logs: relative to the home, or absolute. */
  readonly folders: readonly string[];
}

/** In a fixed order, so that a search can be taken up where it stopped. */
export function traceFiles({ home, stems, folders }: TracePlaces, span: Span): readonly TraceFile[] {
  const roots = new Set(folders.map((it) => resolve(home.root, it)));
  const files = [
    ...eventFiles(roomPath(home, "logs"), span),
    ...[...roots].flatMap((it) => lineFiles(it, stems, span)),
  ];
  return files.sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
}

function eventFiles(folder: string, span: Span): readonly TraceFile[] {
  const names = entries(folder).map((it) => it.name);
  return logNames(names).flatMap((name) => file(join(folder, name), span, { is: "events" }));
}

function lineFiles(root: string, stems: ReadonlyMap<string, string>, span: Span): readonly TraceFile[] {
  return entries(root).flatMap((entry) => {
    const { stem, site } = readSiteLogName(entry.name) ?? {};
    const service = stem === undefined ? undefined : stems.get(stem);
    if (service === undefined || !entry.isDirectory()) return [];
    const folder = join(root, entry.name);
    // Whoever writes there could lead root anywhere by a link.
    const names = entries(folder).flatMap((it) => (it.isFile() ? [it.name] : []));
    return names.flatMap((name) =>
      isLogName(name) && touches(name, span)
        ? file(join(folder, name), span, { is: "lines", service, site, name })
        : [],
    );
  });
}

function touches(name: string, { fromMs, untilMs }: Span): boolean {
  const its = spanOfLog(name);
  return its === undefined || (its.fromMs < untilMs && its.untilMs > fromMs);
}

/** A file that was last written before cannot know of it. */
function file(path: string, { fromMs }: Span, holds: TraceFile["holds"]): readonly TraceFile[] {
  const state = stateOf(path);
  return state === undefined || state.mtimeMs < fromMs ? [] : [{ path, bytes: state.size, holds }];
}

/** What cannot be read is not there: it may go at any moment, and a folder may belong to others. */
function entries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function stateOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
