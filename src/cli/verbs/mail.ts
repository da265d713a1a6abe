// `inetsrv mail find` and `inetsrv mail badmail`: where a message is, also when it left days ago, and the mail that could
// neither be delivered nor returned.

import { refusal } from "../../supervisor/operation.ts";
import { confirmed } from "../confirmed.ts";
import { answerOf, ask, withClient } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { once, toggle, type Verb, value, verb } from "../verb.ts";
import { badmailDetailLines, badmailLines } from "../views/badmail-view.ts";
import { mailLines, storyLines } from "../views/queue-view.ts";

const find = verb({
  words: "mail find",
  group: "Mail",
  summary: "Find a message by anything, and show what became of it.",
  doc: "Looks in the queue and among what has left. Where one message fits, its whole story is shown: received from, attempts with the words of the other side, delivered where or why not.",
  takes: { text: once("TEXT", "An id, a trace, an address, a domain, a subject, a Message-ID, or part of one.") },
  flags: {},
  examples: [
    { line: "inetsrv mail find anna@example.org", doc: "All to her and from her, the newest first." },
    { line: "inetsrv mail find dc4qhmp99yn4rhpk", doc: "The story of one message." },
  ],
  exits: ["refused"],
  run: (context, { text }) =>
    withClient(context, "allowed", async (client) => {
      const { out, world } = context;
      const found = await ask(client, "mail.find", { text });
      if (!found.ok) return out.refused(found.error);
      const [only, second] = found.value.messages;
      if (only === undefined) return out.refused(refusal("unknown", unknownSentence(text)));
      if (second !== undefined) {
        out.show(found.value, () => mailLines(found.value, out.width));
        return exitCodes.done;
      }
      const story = await ask(client, "mail.story", { id: only.id });
      if (!story.ok) return out.refused(story.error);
      out.show(story.value, () => storyLines(story.value, world.wallMs(), out.width));
      return exitCodes.done;
    }),
});

const unknownSentence = (text: string): string =>
  `No message fits ${text}. It may have been refused before it was taken: inetsrv events --service smtp, or it is among the bad mail: inetsrv mail badmail list`;

const id = once("ID", "Its name, as the list shows it.");
const site = value("SITE", "The site; default without it.");

const badList = verb({
  words: "mail badmail list",
  group: "Mail",
  summary: "Show mail that could neither be delivered nor returned.",
  takes: {},
  flags: { site },
  examples: [{ line: "inetsrv mail badmail list", doc: "The newest first." }],
  exits: ["refused"],
  run: (context, { site }) =>
    answerOf(context, "allowed", "badmail.list", { site }, (answer) =>
      context.out.show(answer, () => badmailLines(answer, context.out.width)),
    ),
});

const badShow = verb({
  words: "mail badmail show",
  group: "Mail",
  summary: "Show why a message is bad mail, and how it begins.",
  takes: { id },
  flags: { site },
  examples: [{ line: "inetsrv mail badmail show dc4qhmp99yn4rhpk", doc: "The reason says what to change." }],
  exits: ["refused"],
  run: (context, { id, site }) =>
    answerOf(context, "allowed", "badmail.show", { id, site }, (answer) =>
      context.out.show(answer, () => badmailDetailLines(answer)),
    ),
});

const badResend = verb({
  words: "mail badmail resend",
  group: "Mail",
  summary: "Put bad mail into the pickup folder, to be sent again.",
  doc: "It goes to whom it was for. A file that came from the pickup folder goes back as it is, so mend it first.",
  takes: { id },
  flags: { site },
  examples: [{ line: "inetsrv mail badmail resend dc4qhmp99yn4rhpk", doc: "The cause is mended." }],
  exits: ["refused"],
  run: (context, { id, site }) =>
    answerOf(context, "allowed", "badmail.resend", { id, site, who: context.world.user }, (answer) =>
      context.out.show(answer, () => [`It lies in ${answer.folder} as ${answer.file}, and is sent from there.`]),
    ),
});

const badDelete = verb({
  words: "mail badmail delete",
  group: "Mail",
  summary: "Delete bad mail for good.",
  takes: { id },
  flags: { site, yes: toggle("Do it without asking.") },
  examples: [{ line: "inetsrv mail badmail delete dc4qhmp99yn4rhpk --yes", doc: "Nobody needs it." }],
  exits: ["refused", "interrupted"],
  async run(context, { id, site, yes }) {
    if (!yes) {
      const texts = { question: `Delete ${id} for good?`, declined: "Nothing was deleted." };
      const told = await confirmed(context, `delete ${id}`, texts);
      if (told !== undefined) return told;
    }
    return answerOf(context, "allowed", "badmail.delete", { id, site, who: context.world.user }, (answer) =>
      context.out.show(answer, () => [`${id} is deleted.`]),
    );
  },
});

export const mail: readonly Verb[] = [find, badList, badShow, badResend, badDelete];
