// The story of a trace as a timeline: what access logs and the event log tell, in the order in which it happened. Lines
// only; what strangers sent is shown as text.
import { localTime } from "../../base/local-time.ts";
import type { TraceEntry } from "../../supervisor/trace/trace-answer.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { count, shortSize } from "../look/moment.ts";
import { type Column, tableLines } from "../look/table.ts";

/** An access log tells the second in which something was over: what else happened in that second came before. */
const placeInTime = (it: TraceEntry): number => (it.from === "access" ? it.atMs + 999 : it.atMs);

/** In the order of time, each trace by itself. */
export function storyOf(entries: readonly TraceEntry[]): readonly TraceEntry[] {
  return entries.toSorted((left, right) => compare(left.trace, right.trace) || placeInTime(left) - placeInTime(right));
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const columns: readonly Column[] = [
  { title: "Time" },
  { title: "Trace" },
  { title: "Where", yields: 1 },
  { title: "What", yields: 2 },
];

export function storyLines(entries: readonly TraceEntry[], id: string, width: number | undefined): readonly Line[] {
  const traces = new Set(entries.map((it) => it.trace));
  const several = traces.size > 1;
  const rows = entries.map((it): readonly Span[] => [
    localTime(it.atMs),
    several ? it.trace : "",
    it.from === "access" ? `${it.service}/${it.site}` : it.event.object.name,
    it.from === "access" ? accessText(it.fields) : eventText(it.event),
  ]);
  const title = several ? `${count(traces.size, "trace")} that begin with ${id}` : ([...traces][0] ?? id);
  return [`${title}, ${clients(entries)}`, "", ...tableLines(columns, rows, width)];
}

const CLIENTS_MAX = 3;

function clients(entries: readonly TraceEntry[]): string {
  const found = new Set(entries.flatMap((it) => (it.from === "access" ? (it.fields["c-ip"] ?? []) : [])));
  if (found.size === 0) return "known to the event log only";
  const more = found.size > CLIENTS_MAX ? " and others" : "";
  return `from ${[...found].slice(0, CLIENTS_MAX).join(", ")}${more}`;
}

/** "GET /x?y -> 200, 1.2 KiB, 5 ms, alice" */
function accessText(fields: Readonly<Record<string, string>>): Span {
  const { "cs-method": verb = "", "cs-uri-stem": stem = "", "cs-uri-query": query = "" } = fields;
  const isWeb = stem.startsWith("/") || fields["cs-version"] !== undefined;
  const argument = isWeb ? [stem, query].filter((it) => it !== "").join("?") : [stem, query].join(" ").trim();
  const status = fields["sc-status"];
  const told = [
    status ?? "",
    fields["sc-bytes"] === undefined ? "" : shortSize(Number(fields["sc-bytes"])),
    fields["time-taken"] === undefined ? "" : `${fields["time-taken"]} ms`,
    fields["cs-username"] ?? "",
    fields["x-debug"] ?? "",
  ].filter((it) => it !== "");
  const text = `${[verb, argument].filter((it) => it !== "").join(" ")} -> ${told.join(", ")}`;
  return status !== undefined && /^[45]/.test(status) ? toned("warn", text) : text;
}

function eventText({
  level,
  sentence,
  remedy,
}: {
  readonly level: string;
  readonly sentence: string;
  readonly remedy: string;
}): Span {
  const text = remedy === "" ? sentence : `${sentence} ${remedy}`;
  if (level === "critical" || level === "error") return toned("bad", text);
  return level === "warning" ? toned("warn", text) : text;
}
