// What can be asked of the bad mail of a site, and done with it: list, show, send again, delete. It reads where the folders
// lie from the configuration, and knows nothing of the service.
import type { Json } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { text } from "../../schema/kinds/plain.ts";
import {
  type BadmailEntry,
  badmailEntry,
  badmailTexts,
  isBadmailId,
  listBadmail,
  removeBadmail,
} from "../../spool/badmail/badmail-folder.ts";
import { resendBadmail } from "../../spool/badmail/resend-badmail.ts";
import { type MailFolderName, mailFolder } from "../../spool/mailroot.ts";
import { type Spooled, troubleFault } from "../../spool/trouble.ts";
import { type Given, needed, type Operation, type Refusal, refusal, refusalOf } from "../operation.ts";
import { authorship, type Configured } from "./configured.ts";
import { mailSiteOf, siteParameter } from "./mail-site.ts";

const LISTED_MAX = 1000;

export interface BadmailList {
  readonly folder: string;
  /** The newest first. */
  readonly entries: readonly BadmailEntry[];
  readonly messages: number;
  readonly sizeBytes: number;
}

export interface BadmailDetails extends BadmailEntry {
  readonly reason: string;
  readonly beginning: string;
}

const one = { id: needed(text({ min: 1, max: 100 }), "The name of its files without the ending."), ...siteParameter };

export const badmailOperations: readonly Operation<Configured>[] = [
  {
    name: "badmail.list",
    reads: true,
    doc: "The bad mail of a site, the newest first.",
    takes: siteParameter,
    async run(context, given) {
      const folder = folderOf(context, given, "Badmail", "badmailFolder");
      if (!folder.ok) return folder;
      const listed = await listBadmail(folder.value);
      if (!listed.ok) return told(listed, "Cannot list the bad mail", folder.value);
      const entries = listed.value.toReversed();
      const sizeBytes = entries.reduce((sum, it) => sum + it.sizeBytes, 0);
      const answer: BadmailList = {
        folder: folder.value,
        entries: entries.slice(0, LISTED_MAX),
        messages: entries.length,
        sizeBytes,
      };
      return good(answer as unknown as Json);
    },
  },
  {
    name: "badmail.show",
    reads: true,
    doc: "One of them: why it is there, and how it begins.",
    takes: one,
    run: (context, given) =>
      withEntry(context, given, async (folder, entry) => {
        const texts = await badmailTexts(folder, entry.id);
        return texts.ok ? good({ ...entry, ...texts.value }) : texts;
      }),
  },
  {
    name: "badmail.resend",
    reads: false,
    doc: "Puts one of them into the pickup folder of the site, with the envelope it had.",
    takes: { ...one, ...authorship },
    async run(context, given) {
      const pickup = folderOf(context, given, "Pickup", "pickupFolder");
      if (!pickup.ok) return pickup;
      return withEntry(context, given, async (folder, { id }) => {
        const sent = await resendBadmail(folder, id, pickup.value);
        return sent.ok ? good({ folder: pickup.value, file: sent.value }) : sent;
      });
    },
  },
  {
    name: "badmail.delete",
    reads: false,
    doc: "Removes one of them for good.",
    takes: { ...one, ...authorship },
    run: (context, given) =>
      withEntry(context, given, async (folder, { id }) => {
        const removed = await removeBadmail(folder, id);
        return removed.ok ? good({ id }) : removed;
      }),
  },
];

function folderOf(
  { configuration, home }: Configured,
  given: Given,
  name: MailFolderName,
  key: string,
): Result<string, Refusal> {
  const site = mailSiteOf(configuration, given);
  if (!site.ok) return site;
  const stated: unknown = site.value.plan.values[key];
  return good(mailFolder(home, site.value.name, name, typeof stated === "string" ? stated : null));
}

async function withEntry(
  context: Configured,
  given: Given,
  use: (folder: string, entry: BadmailEntry) => Promise<Spooled<object>>,
): Promise<Result<Json, Refusal>> {
  const id = String(given.id);
  const folder = folderOf(context, given, "Badmail", "badmailFolder");
  if (!folder.ok) return folder;
  const attempted = `Cannot find the bad mail ${id}`;
  const entry = isBadmailId(id) ? await badmailEntry(folder.value, id) : good(null);
  if (!entry.ok) return told(entry, attempted, folder.value);
  if (entry.value === null)
    return bad(
      refusal("unknown", `There is no bad mail ${id} in ${folder.value}. See what there is: inetsrv mail badmail list`),
    );
  return told(await use(folder.value, entry.value), attempted, folder.value);
}

const told = (done: Spooled<object>, attempted: string, folder: string): Result<Json, Refusal> =>
  done.ok ? good(done.value as Json) : bad(refusalOf(troubleFault(done.error, attempted, folder)));
