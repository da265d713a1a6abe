// What can be asked about one connection or message: its whole story, from the logs of all services.
import type { Json } from "../../base/json.ts";
import { good } from "../../base/result.ts";
import { sitePath } from "../../metabase/tree/path.ts";
import { accessLogSettings } from "../../net/access-log/settings.ts";
import { readTrace, TRACE_LENGTH, timeOfTrace } from "../../net/trace-id.ts";
import { textual } from "../../schema/kind.ts";
import { text, whole } from "../../schema/kinds/plain.ts";
import type { Service } from "../../service/service.ts";
import type { Configuration } from "../configuration.ts";
import { needed, type Operation, optional, plain } from "../operation.ts";
import { traceFiles } from "../trace/trace-files.ts";
import { searchTrace } from "../trace/trace-search.ts";
import type { Configured } from "./configured.ts";

/** A shorter beginning stands for more than a day and a half of ids. */
const PREFIX_LENGTH_MIN = 4;
const DAY_MS = 86_400_000;
export const TRACE_DAYS = 1;

export const traceId = textual(
  "trace id",
  `a trace id, as in an access log or an event, or at least its first ${PREFIX_LENGTH_MIN} of ${TRACE_LENGTH} characters`,
  "dc4qhmp99yn4rhpk",
  (given) => {
    const id = readTrace(given);
    return id !== undefined && id.length >= PREFIX_LENGTH_MIN ? id : undefined;
  },
  (id) => id,
);
export const traceDays = whole({ min: 1, max: 36_500 });

export const traceOperations = (services: readonly Service[]): readonly Operation<Configured>[] => [
  {
    name: "trace.find",
    reads: true,
    doc: "Lines of access logs and events that carry a trace id, a part at a time: ask again with next until it is null.",
    takes: {
      id: needed(traceId, "The trace id, or its beginning."),
      days: optional(traceDays, "Logs so many days before and after the time in the id are searched; 1 without it."),
      after: optional(text({ max: 10_000 }), "The next of the answer before."),
    },
    async run({ configuration, home, clock }, { id, days = TRACE_DAYS, after }) {
      const { fromMs, untilMs } = timeOfTrace(String(id));
      const roomMs = Number(days) * DAY_MS;
      const stems = new Map(services.map((it) => [it.accessLog.stem, it.name]));
      const places = { home, stems, folders: logFolders(configuration, services) };
      const files = traceFiles(places, { fromMs: fromMs - roomMs, untilMs: untilMs + roomMs });
      const from = after === undefined ? undefined : String(after);
      return good(plain(await searchTrace(files, String(id), from, clock)));
    },
  },
];

/** Wherever logs are set to lie: at the services, at their sites, and where they lie unless something is set. */
function logFolders({ metabase }: Configuration, services: readonly Service[]): readonly string[] {
  const key = "accessLogFolder";
  const folders = new Set<string>([accessLogSettings[key].value]);
  const look = (own: Readonly<Record<string, Json>> | undefined): void => {
    const folder = own?.[key];
    if (typeof folder === "string") folders.add(folder);
  };
  for (const { name } of services) {
    look(metabase.view.own(name));
    const sites = metabase.entries(`${name}/sites`);
    for (const site of sites.ok ? sites.value : []) look(metabase.view.own(sitePath(name, site)));
  }
  return [...folders];
}
