// The settings of the folders of mail, for sites and for their local domains, and where each folder lies. Definitions and
// paths only; whether there is such a folder is asked elsewhere.
import { resolve } from "node:path";
import { type Home, rooms } from "../../base/home.ts";
import { byteSize, duration } from "../../schema/kinds/measure.ts";
import { path } from "../../schema/kinds/place.ts";
import { choice, flag } from "../../schema/kinds/plain.ts";
import { setting } from "../../schema/section.ts";
import { type MailFolderName, mailFolder } from "../../spool/mailroot.ts";

const since = "0.1";
const below = (name: MailFolderName): string => `Without a value it is ${rooms.spool}/mailroot/SITE/${name}.`;

export const dropFormats = ["drop", "maildir"] as const;

/** For a site. */
export const folderSettings = {
  pickup: setting(flag, {
    fallback: true,
    since,
    applies: "live",
    doc: "Whether files that programs put into the pickup folder are sent.",
  }),
  pickupFolder: setting(path, {
    fallback: null,
    since,
    applies: "live",
    iis: { name: "PickupDirectory", id: 36880 },
    doc: `The folder from which files are sent, by the rules that IIS had. ${below("Pickup")} Whoever may write there may send, without a login.`,
  }),
  pickupQuietTime: setting(duration({ min: "100ms", max: "1h" }), {
    fallback: "500ms",
    since,
    applies: "live",
    doc: "How long size and time of a file in the pickup folder must rest before it is taken, where the system does not say that its writer is done. Longer for programs that pause while they write, and do not rename.",
  }),
  dropFolder: setting(path, {
    fallback: null,
    since,
    applies: "live",
    iis: { name: "DropDirectory", id: 36882 },
    doc: `The folder into which mail for local domains is put, one file for each message. ${below("Drop")} It must not be the pickup folder.`,
  }),
  dropFormat: setting(choice(dropFormats), {
    fallback: "drop",
    since,
    applies: "live",
    doc: "How mail for local domains is put down: drop is one .eml file with the envelope in its first lines, as IIS wrote it; maildir is what IMAP servers and mail programs of Unix read.",
  }),
  badmailFolder: setting(path, {
    fallback: null,
    since,
    applies: "live",
    iis: { name: "BadMailDirectory", id: 36909 },
    doc: `The folder for mail that can neither be delivered nor returned, with the reason beside each message. ${below("Badmail")}`,
  }),
  badmailAge: setting(duration({ min: "1h", max: "36500d" }), {
    fallback: "30d",
    since,
    applies: "live",
    doc: "Bad mail older than this is removed, which is told.",
  }),
  badmailSize: setting(byteSize({ min: "1MiB", max: "1000TiB" }), {
    fallback: "1GiB",
    since,
    applies: "live",
    doc: "What bad mail may take together; beyond it the oldest is removed, which is told.",
  }),
};

/** For a local domain of a site; without a value that of the site. */
export const domainFolderSettings = {
  dropFolder: setting(path, {
    fallback: null,
    since,
    applies: "live",
    iis: { name: "RouteActionString", id: 36947 },
    doc: "The folder into which mail for this local domain is put. Without a value it is that of the site.",
  }),
  dropFormat: setting(choice(dropFormats), {
    fallback: null,
    since,
    applies: "live",
    doc: "How mail for this local domain is put down: drop or maildir. Without a value it is as the site has it.",
  }),
};

export interface SiteFolders {
  readonly pickup: string;
  readonly drop: string;
  readonly badmail: string;
}

export interface FolderValues {
  readonly pickupFolder: string | null;
  readonly dropFolder: string | null;
  readonly badmailFolder: string | null;
}

/** Absolute; what is stated relative hangs on the home. */
export const siteFolders = (home: Home, site: string, values: FolderValues): SiteFolders => ({
  pickup: mailFolder(home, site, "Pickup", values.pickupFolder),
  drop: mailFolder(home, site, "Drop", values.dropFolder),
  badmail: mailFolder(home, site, "Badmail", values.badmailFolder),
});

/** The folder of a local domain, or that of its site. */
export const domainDropFolder = (home: Home, own: string | null, ofSite: string): string =>
  own === null ? ofSite : resolve(home.root, own);

/** What would make mail go round in a circle, or be taken for something else; undefined when nothing does. */
export function folderConflict({ pickup, drop, badmail }: SiteFolders, domainDrops: readonly string[] = []) {
  if ([drop, ...domainDrops].includes(pickup)) return "what is dropped would be picked up and sent again";
  if (badmail === pickup) return "bad mail would be picked up and sent again";
  return undefined;
}
