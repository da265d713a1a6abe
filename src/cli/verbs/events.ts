// `inetsrv events`: the event log, read from its files, so that it also tells what happened when everything is down.
import { roomPath } from "../../base/home.ts";
import { present } from "../../event/console-sink.ts";
import { levels } from "../../event/event.ts";
import { readFilter } from "../../event/event-filter.ts";
import { EventReading } from "../../event/event-reader.ts";
import { choice, whole } from "../../schema/kinds/plain.ts";
import { exitCodes } from "../exit-code.ts";
import { count } from "../look/moment.ts";
import { toggle, value, verb } from "../verb.ts";

const LAST = 50;

export const events = verb({
  words: "events",
  group: "What happened",
  summary: "Show the event log: what happened, and what to do.",
  doc:
    `Without --since it shows the last ${LAST}. With --json every event is one line, as it is in the log. ` +
    "Type `inetsrv explain NUMBER` for more about one.",
  takes: {},
  flags: {
    follow: toggle("Go on with what happens from now on, until Ctrl-C."),
    since: value("WHEN", "From this time on: 10m, 2h, 3d, 2026-11-21 or 2026-11-21T10:00."),
    service: value("NAME", "Only of this service; the server itself is called server.", { completes: "service" }),
    level: value("LEVEL", "This level and what is worse.", { kind: choice(levels) }),
    number: value("NUMBER", "Only events with this number.", { kind: whole({ min: 1, max: 99_999 }) }),
    last: value("N", "Only the last N.", { kind: whole({ min: 1, max: 100_000 }) }),
  },
  examples: [
    { line: "inetsrv events --follow", doc: "The last events, then each as it happens." },
    {
      line: "inetsrv events --since 2h --level warning --service smtp",
      doc: "What went wrong with SMTP in the last two hours.",
    },
  ],
  exits: ["refused", "interrupted"],
  async run({ home, out, world }, { follow, since, service, level, number, last }) {
    const filter = readFilter({ since, service, level, number: number?.toString() }, world.wallMs());
    if (!filter.ok) {
      for (const it of filter.error) out.failed(it);
      return exitCodes.usage;
    }
    const all = since !== undefined && last === undefined;
    const reading = new EventReading(roomPath(home, "logs"), {
      filter: filter.value,
      ...(all ? {} : { last: last ?? LAST }),
      ...(follow ? { follow: world.ended } : {}),
    });
    let shown = 0;
    for await (const record of reading) {
      if (world.ended.aborted) break;
      const text = present(record, { colour: out.colour, columns: out.width, date: true });
      out.raw(out.json ? JSON.stringify(record) : text);
      shown++;
    }
    if (reading.fault !== undefined) return out.failed(reading.fault);
    if (reading.damaged > 0) out.note(`${count(reading.damaged, "line")} of the log could not be read.`);
    if (shown === 0 && !follow) out.note(`No such events in ${roomPath(home, "logs")}.`);
    return exitCodes.done;
  },
});
