// `inetsrv release activate` and `release rollback`: another release takes the server over, step by step as it happens.
// And the hidden `inetsrv succeed`, as which the server starts that release.
import { duration, spellDuration } from "../../schema/kinds/measure.ts";
import type { Succeeded, SuccessionStep } from "../../supervisor/succession/succession-desk.ts";
import { confirmed } from "../confirmed.ts";
import { ask, type Context, type Parameters, withClient } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { toned } from "../look/line.ts";
import { once, toggle, value, verb } from "../verb.ts";

const flags = {
  trial: value("TIME", "How long the release before stands by; without it the setting server/releaseTrial.", {
    kind: duration({ min: "1s", max: "1d" }),
  }),
  yes: toggle("Do not ask."),
};

export const releaseActivate = [
  verb({
    words: "release activate",
    group: "Releases",
    summary: "Let another release take over, on trial.",
    doc:
      "The server of the release starts beside the one that runs, proves itself, and takes over the home with every " +
      "listening socket: nobody is refused, and connections that are open finish where they are. For the time of the " +
      "trial the release before stands by. If the new one ends, loses its workers again and again, or does not serve what " +
      "was served before, the server goes back by itself; what was accepted meanwhile is kept. The command shows each " +
      "step and returns when the trial is over; it can be ended before without harm. Where no server runs, the release " +
      "becomes the one that the next start takes.",
    takes: { version: once("VERSION", "A release as `inetsrv release list` shows it.") },
    flags,
    examples: [
      {
        line: "inetsrv release activate 0.2.0",
        doc: "Ends with 0 when it is confirmed, 1 when the server has gone back.",
      },
      { line: "inetsrv release activate 0.2.0 --trial 10m --yes", doc: "For a script, with a long trial." },
    ],
    exits: ["refused", "conflict"],
    run: (context, { version, trial, yes }) =>
      changeRelease(
        context,
        "server.release.activate",
        { version, trial: written(trial) },
        yes,
        `let release ${version} take over`,
      ),
  }),
  verb({
    words: "release rollback",
    group: "Releases",
    summary: "Go back to the release that was here before.",
    doc:
      "While a release is on trial it gives the home back at once. Later the release before it takes over again, in the " +
      "same way and with a trial of its own.",
    takes: {},
    flags,
    examples: [{ line: "inetsrv release rollback", doc: "Says which release serves then." }],
    exits: ["refused", "conflict"],
    run: (context, { trial, yes }) =>
      changeRelease(
        context,
        "server.release.rollback",
        { trial: written(trial) },
        yes,
        "go back to the release before",
      ),
  }),
];

const written = (trial: number | undefined) => (trial === undefined ? undefined : spellDuration(trial));

async function changeRelease(
  context: Context,
  operation: "server.release.activate" | "server.release.rollback",
  given: Parameters,
  yes: boolean,
  wanted: string,
): Promise<number> {
  const { out, world } = context;
  if (!yes) {
    const question = `It would ${wanted}.`;
    const declined = await confirmed(context, wanted, { question, declined: "Nothing was changed." });
    if (declined !== undefined) return declined;
  }
  return withClient(context, "allowed", async (client) => {
    const show = (step: unknown): void => out.step(step, () => [(step as SuccessionStep).words]);
    const end = await ask(client, operation, { ...given, who: world.user }, show);
    if (!end.ok) return out.refused(end.error);
    out.step({ step: "end", ...end.value }, () => endLines(end.value, client.online));
    return exitCodes.done;
  });
}

const endLines = ({ version, previous }: Succeeded, serves: boolean) => [
  "",
  [
    toned("good", "Done"),
    `: release ${version} ${serves ? "serves" : "is the one that the next start takes"}. Back to ${previous}: inetsrv release rollback`,
  ],
];

export const succeed = verb({
  words: "succeed",
  hidden: true,
  group: "Releases",
  summary: "Take a home over; only a server starts it.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv succeed", doc: "What the process list shows; typed by hand it ends at once." }],
  exits: [],
  run: ({ program, home, out }) => program.succeed(home, { failed: (fault) => void out.failed(fault) }),
});
