// What can be asked of a folder of bad mail, and done with it: list, show, send again, delete. Where the folders lie is
// said with the question.
import type { Json } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import {
  type BadmailEntry,
  badmailEntry,
  badmailTexts,
  isBadmailId,
  listBadmail,
  removeBadmail,
} from "../../spool/badmail/badmail-folder.ts";
import { resendBadmail } from "../../spool/badmail/resend-badmail.ts";
import { type Spooled, troubleFault } from "../../spool/trouble.ts";
import { type Given, plain, type Refusal, refusal, refusalOf } from "../operation.ts";
import type { BadmailDetails, BadmailList } from "../operations/badmail-answers.ts";
import type { MailQuestion } from "./mail-question.ts";

const LISTED_MAX = 1000;

export const badmailQuestions: readonly MailQuestion[] = [
  {
    name: "badmail.list",
    async run(_, given) {
      const folder = String(given.folder);
      const listed = await listBadmail(folder);
      if (!listed.ok) return told(listed, "Cannot list the bad mail", folder);
      const entries = listed.value.toReversed();
      const sizeBytes = entries.reduce((sum, it) => sum + it.sizeBytes, 0);
      const messages = entries.length;
      const answer: BadmailList = { folder, entries: entries.slice(0, LISTED_MAX), messages, sizeBytes };
      return good(plain(answer));
    },
  },
  {
    name: "badmail.show",
    run: (_, given) =>
      withEntry(given, async (folder, entry): Promise<Spooled<BadmailDetails>> => {
        const texts = await badmailTexts(folder, entry.id);
        return texts.ok ? good({ ...entry, ...texts.value }) : texts;
      }),
  },
  {
    name: "badmail.resend",
    run: (_, given) =>
      withEntry(given, async (folder, { id }) => {
        const pickup = String(given.pickup);
        const sent = await resendBadmail(folder, id, pickup);
        return sent.ok ? good({ folder: pickup, file: sent.value }) : sent;
      }),
  },
  {
    name: "badmail.delete",
    run: (_, given) =>
      withEntry(given, async (folder, { id }) => {
        const removed = await removeBadmail(folder, id);
        return removed.ok ? good({ id }) : removed;
      }),
  },
];

async function withEntry(
  given: Given,
  use: (folder: string, entry: BadmailEntry) => Promise<Spooled<object>>,
): Promise<Result<Json, Refusal>> {
  const [id, folder] = [String(given.id), String(given.folder)];
  const attempted = `Cannot find the bad mail ${id}`;
  const entry = isBadmailId(id) ? await badmailEntry(folder, id) : good(null);
  if (!entry.ok) return told(entry, attempted, folder);
  if (entry.value === null)
    return bad(
      refusal("unknown", `There is no bad mail ${id} in ${folder}. See what there is: inetsrv mail badmail list`),
    );
  return told(await use(folder, entry.value), attempted, folder);
}

const told = (done: Spooled<object>, attempted: string, folder: string): Result<Json, Refusal> =>
  done.ok ? good(plain(done.value)) : bad(refusalOf(troubleFault(done.error, attempted, folder)));
