// What can be asked of a running server about releases: that another one takes over, and that the one before does again.
import { duration } from "../../schema/kinds/measure.ts";
import { text } from "../../schema/kinds/plain.ts";
import { needed, type Operation, optional } from "../operation.ts";
import { activateAtHome, rollbackAtHome } from "../succession/activate-at-home.ts";
import { succeeded } from "../succession/succession-desk.ts";
import type { AtHome } from "./configured.ts";
import { type Running, who } from "./service-operations.ts";

const trial = optional(
  duration({ min: "1s", max: "1d" }),
  "How long the release that serves now stands by; without it server/releaseTrial.",
);
const trialOf = (given: unknown): number | undefined => (given === undefined ? undefined : Number(given));

const activate = {
  name: "server.release.activate",
  reads: false,
  tells: true,
  doc: "Another installed release takes the server over, without a connection refused; its answer comes when the trial is over. Where no server runs it is tried on a copy of the configuration, and is the one that the next start takes.",
  takes: { who, version: needed(text({ min: 1, max: 100 }), "The release, as it is installed."), trial },
} as const;
const rollback = {
  name: "server.release.rollback",
  reads: false,
  tells: true,
  doc: "The release that was here before takes the server over again; one that is on trial goes back at once.",
  takes: { who, trial },
} as const;

export const releaseOperations: readonly Operation<Running>[] = [
  {
    ...activate,
    async run({ desk }, given, follower) {
      const [version, by] = [String(given.version), String(given.who)];
      return succeeded(await desk.activate(version, by, trialOf(given.trial), follower, activate.name));
    },
  },
  {
    ...rollback,
    async run({ desk }, given, follower) {
      return succeeded(await desk.rollback(String(given.who), trialOf(given.trial), follower, rollback.name));
    },
  },
];

export const releaseOperationsAtHome: readonly Operation<AtHome>[] = [
  {
    ...activate,
    async run(context, given, follower) {
      return succeeded(await activateAtHome(context, String(given.version), follower));
    },
  },
  {
    ...rollback,
    async run(context, _given, follower) {
      return succeeded(await rollbackAtHome(context, follower));
    },
  },
];
