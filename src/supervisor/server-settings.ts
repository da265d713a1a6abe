// The settings of the server as a whole. Definitions only.
import { byteSize, duration } from "../schema/kinds/measure.ts";
import { text, whole } from "../schema/kinds/plain.ts";
import { section, setting } from "../schema/section.ts";
import { metricsSettings } from "./metrics/metrics-settings.ts";

export const serverSection = section("server", "What concerns all services: user, event log and metrics.", {
  serviceUser: setting(text({ min: 1, max: 64 }), {
    fallback: null,
    since: "0.1",
    applies: "server-restart",
    doc: "The user as which services run when the server was started as root. Without it the user inetsrv, or nobody where there is none of that name. A server that was not started as root runs all as its own user.",
  }),
  eventLogBytesMax: setting(byteSize({ min: "64KiB", max: "1GiB" }), {
    fallback: "16MiB",
    since: "0.1",
    applies: "server-restart",
    doc: "Size at which a file of the event log is closed and the next one begun.",
  }),
  eventLogFilesKept: setting(whole({ min: 1, max: 100 }), {
    fallback: 8,
    since: "0.1",
    applies: "server-restart",
    doc: "Files of the event log that are kept besides the one in use.",
  }),
  releaseTrial: setting(duration({ min: "1s", max: "1d" }), {
    fallback: "60s",
    since: "0.1",
    applies: "live",
    doc: "How long the server of the release before stands by when another release has taken over. If that one ends, or serves less than the one before, the server goes back by itself.",
  }),
  doctorEvery: setting(duration({ max: "30d" }), {
    fallback: "1h",
    since: "0.1",
    applies: "live",
    doc: "How often the doctor looks at a running server and its home; what he finds is told in the event log and by inetsrv status. He asks no other machine. 0s: never.",
  }),
  ...metricsSettings,
});
