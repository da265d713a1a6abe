// `inetsrv smtp test`: sends one message and shows every step of it as it happens.
import type { TrialEnd, TrialStep } from "../../proto/smtp/trial.ts";
import { text } from "../../schema/kinds/plain.ts";
import { ask, withClient } from "../context.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { toggle, value, verb } from "../verb.ts";
import { endLines, stepLines } from "../views/trial-view.ts";

export const smtpTest = verb({
  words: "smtp test",
  group: "Mail",
  summary: "Send a test message and show every step of it.",
  doc:
    "The message goes the way that mail of the site goes, with its settings, names, passwords and certificates, but at " +
    "once and without the queue. Each step is shown as it happens: which way is taken and why, which certificate this " +
    "server shows, what DNS says, TLS, the login, and every word of the other server; no password is shown. The last " +
    "line says whether it was taken and, if not, what mends it. While the server runs, its SMTP service sends it; otherwise this command does.\n" +
    "With --json each step is a line of its own, and the last one has the step end.",
  takes: {},
  flags: {
    to: value("ADDRESS", "The recipient; it must be given."),
    from: value("ADDRESS", "The sender; without it postmaster of the site."),
    subject: value("TEXT", "The subject of the message.", { kind: text({ min: 1, max: 200 }) }),
    route: value("NAME", "The route of the site to take, whatever mail it is for."),
    host: value(
      "HOST",
      "The host to ask, whatever the settings say; nobody logs in there, and no certificate is shown.",
    ),
    noSend: toggle("Only ask whether it would be taken: it ends before the message is sent."),
    site: value("SITE", "The site; default without it."),
  },
  examples: [
    {
      line: "inetsrv smtp test --to ada@example.net",
      doc: "After a smart host was set. Ends with 0 when it was taken, 4 when a server refused it, 1 when none was reached.",
    },
    {
      line: "inetsrv smtp test --to ada@example.net --from scan@example.org --no-send",
      doc: "Whether that sender is let in, without a message.",
    },
    { line: "inetsrv smtp test --to ada@example.net --route acme --json", doc: "One route, for a script." },
  ],
  exits: ["refused"],
  run: (context, { to, noSend, ...given }) => {
    const { out } = context;
    if (to === undefined)
      return Promise.resolve(out.misused("Nothing says to whom", "Name the recipient: --to ADDRESS"));
    return withClient(context, "allowed", async (client) => {
      const show = (step: unknown): void => out.step(step, () => stepLines(step as TrialStep, out.width));
      const end = await ask(client, "smtp.test", { ...given, to, send: !noSend }, show);
      if (!end.ok) return out.refused(end.error);
      out.step({ step: "end", ...end.value }, () => endLines(end.value, out.width));
      return codes[end.value.outcome];
    });
  },
});

const codes: Readonly<Record<TrialEnd["outcome"], ExitCode>> = {
  taken: exitCodes.done,
  "would-be-taken": exitCodes.done,
  refused: exitCodes.refused,
  unreached: exitCodes.failed,
};
