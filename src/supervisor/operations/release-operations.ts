// What can be asked of a running server about releases: that another one takes over, and that the one before does again.
import { duration } from "../../schema/kinds/measure.ts";
import { text } from "../../schema/kinds/plain.ts";
import { needed, type Operation, optional } from "../operation.ts";
import { succeeded } from "../succession/succession-desk.ts";
import { type Running, who } from "./service-operations.ts";

const trial = optional(
  duration({ min: "1s", max: "1d" }),
  "How long the release that serves now stands by; without it server/releaseTrial.",
);
const trialOf = (given: unknown): number | undefined => (given === undefined ? undefined : Number(given));

export const releaseOperations: readonly Operation<Running>[] = [
  {
    name: "server.release.activate",
    reads: false,
    tells: true,
    doc: "Another installed release takes the server over, without a connection refused; its answer comes when the trial is over.",
    takes: { who, version: needed(text({ min: 1, max: 100 }), "The release, as it is installed."), trial },
    run: async ({ desk }, given, follower) =>
      succeeded(
        await desk.activate(
          String(given.version),
          String(given.who),
          trialOf(given.trial),
          follower,
          "server.release.activate",
        ),
      ),
  },
  {
    name: "server.release.rollback",
    reads: false,
    tells: true,
    doc: "The release that was here before takes the server over again; one that is on trial goes back at once.",
    takes: { who, trial },
    run: async ({ desk }, given, follower) =>
      succeeded(await desk.rollback(String(given.who), trialOf(given.trial), follower, "server.release.rollback")),
  },
];
