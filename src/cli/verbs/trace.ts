// `inetsrv trace ID`: the whole story of one connection or message, from the access logs of all services and the event log.
import { localTime } from "../../base/local-time.ts";
import { timeOfTrace } from "../../net/trace-id.ts";
import { refusal } from "../../supervisor/operation.ts";
import { TRACE_DAYS, traceDays, traceId } from "../../supervisor/operations/trace-operations.ts";
import type { TraceAnswer, TraceEntry } from "../../supervisor/trace/trace-answer.ts";
import { ask, type Context, withClient } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { count, shortSize } from "../look/moment.ts";
import { once, value, verb } from "../verb.ts";
import { storyLines, storyOf } from "../views/trace-view.ts";

/** What a screen or a program can still use. */
const ENTRIES_MAX = 10_000;

export const trace = verb({
  words: "trace",
  group: "What happened",
  summary: "Show the whole story of a connection or message.",
  doc:
    "Every connection has an id, which stands in the field x-trace of access logs and with the events that concern it. " +
    "Logs of the time that is in the id are searched, a day more on both sides. A beginning of an id, of four characters " +
    "or more, finds all that begin so.",
  takes: { id: once("ID", "A trace id, or its beginning.", { kind: traceId }) },
  flags: { days: value("N", "Search logs so many days before and after the time in the id.", { kind: traceDays }) },
  examples: [
    { line: "inetsrv trace dc4qhmp99yn4rhpk", doc: "One connection." },
    { line: "inetsrv trace dc4qhmp --json", doc: "All that began in the same eighth of a second, as data." },
  ],
  exits: ["refused", "conflict", "interrupted"],
  run: (context, { id, days }) =>
    withClient(context, "allowed", async (client) => {
      const { out, world } = context;
      const entries: TraceEntry[] = [];
      const unread: string[] = [];
      let answer: TraceAnswer | undefined;
      do {
        const asked = await ask(client, "trace.find", { id, days, after: answer?.next ?? undefined });
        if (!asked.ok) return out.refused(asked.error);
        answer = asked.value;
        entries.push(...answer.entries);
        unread.push(...answer.unread);
        if (answer.next !== null) tellProgress(context, answer);
        if (world.ended.aborted) return exitCodes.interrupted;
      } while (answer.next !== null && entries.length < ENTRIES_MAX);
      if (out.progressIsLive) out.progress("");
      for (const it of unread) out.note(`Not read: ${it}`);
      if (entries.length === 0) return out.refused(refusal("unknown", unknownSentence(id, days, answer)));
      const story = storyOf(entries);
      out.show({ id, entries: story, complete: answer.next === null }, () => storyLines(story, id, out.width));
      if (answer.next !== null) out.note(`There are more than ${count(entries.length, "line")}: give more of the id.`);
      return exitCodes.done;
    }),
});

/** Told where one line is written over again; a file need not hold it. */
function tellProgress({ out }: Context, { searchedBytes, totalBytes }: TraceAnswer): void {
  if (out.progressIsLive) out.progress(`Searched ${shortSize(searchedBytes)} of ${shortSize(totalBytes)}`);
}

function unknownSentence(id: string, days: number = TRACE_DAYS, { files, totalBytes }: TraceAnswer): string {
  const made = localTime(timeOfTrace(id).fromMs);
  const searched = `${count(files, "file")} with ${shortSize(totalBytes)}`;
  return (
    `No log of this home knows ${id}. Its time is ${made}; ${searched}, of ${count(days, "day")} before and after, ` +
    "were searched. Its logs may be removed by now, its site may have none or leave out x-trace, or it is of another " +
    `server. Search more: inetsrv trace ${id} --days ${days * 30}`
  );
}
