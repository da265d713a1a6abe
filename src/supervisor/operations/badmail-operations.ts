// What can be asked of the bad mail of a site, and done with it: list, show, send again, delete. It reads where the folders
// lie from the configuration, and knows nothing of the service; whoever may read the mail answers.
import { good, type Result } from "../../base/result.ts";
import { text } from "../../schema/kinds/plain.ts";
import { type MailFolderName, mailFolder } from "../../spool/mailroot.ts";
import { type Given, needed, type Operation, type Refusal } from "../operation.ts";
import { authorship, type Configured } from "./configured.ts";
import { mailSiteOf, siteParameter } from "./mail-site.ts";

const one = { id: needed(text({ min: 1, max: 100 }), "The name of its files without the ending."), ...siteParameter };

const rows: readonly Omit<Operation<Configured>, "run">[] = [
  { name: "badmail.list", reads: true, doc: "The bad mail of a site, the newest first.", takes: siteParameter },
  { name: "badmail.show", reads: true, doc: "One of them: why it is there, and how it begins.", takes: one },
  {
    name: "badmail.resend",
    reads: false,
    doc: "Puts one of them into the pickup folder of the site, with the envelope it had.",
    takes: { ...one, ...authorship },
  },
  { name: "badmail.delete", reads: false, doc: "Removes one of them for good.", takes: { ...one, ...authorship } },
];

export const badmailOperations: readonly Operation<Configured>[] = rows.map((it) => ({
  ...it,
  async run(context, given) {
    const folders = foldersOf(context, given);
    return folders.ok ? context.mail.ask(it.name, { id: given.id, ...folders.value }) : folders;
  },
}));

function foldersOf(
  { configuration, home }: Configured,
  given: Given,
): Result<{ readonly folder: string; readonly pickup: string }, Refusal> {
  const site = mailSiteOf(configuration, given);
  if (!site.ok) return site;
  const { name, plan } = site.value;
  const at = (folder: MailFolderName, key: string): string => {
    const stated: unknown = plan.values[key];
    return mailFolder(home, name, folder, typeof stated === "string" ? stated : null);
  };
  return good({ folder: at("Badmail", "badmailFolder"), pickup: at("Pickup", "pickupFolder") });
}
