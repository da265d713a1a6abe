// What the doctor says of bad mail: only what came of late, as what lies there for longer was seen, or is kept on purpose.
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { about } from "../base/fault.ts";
import { shellWord } from "../base/shell-word.ts";
import { nameOf } from "../metabase/tree/path.ts";
import type { DoctorCheck, Finding } from "../service/doctor-check.ts";
import { type BadmailEntry, badmailEntry, isBadmailId } from "../spool/badmail/badmail-folder.ts";
import { siteFolders } from "./folders/folder-settings.ts";
import { sitesThatAreOn } from "./sites-on.ts";

export const badmailCheck: DoctorCheck = {
  name: "bad-mail",
  title: "mail of the last day that could be neither delivered nor returned",
  needs: ["metabase"],
  async look({ home, metabase, nowMs }) {
    const found = (metabase === undefined ? [] : sitesThatAreOn(metabase.view)).map(async ([path, values]) => {
      const { badmail } = siteFolders(home, nameOf(path), values);
      const kept = await newestBadmail(badmail, nowMs - BADMAIL_NEWS_MS);
      if (kept === undefined) return [];
      const { newest, recent } = kept;
      const isFromPickup = newest.about?.kind === "malformed-pickup";
      const finding: Finding = {
        level: "warning",
        subject: about("site", path),
        what: `Among the bad mail of ${path} in ${badmail} ${recent === 1 ? "is 1 message" : `are ${recent} messages`} of the last day, the newest ${newest.id}: ${newest.about?.reason ?? "no reason is kept"}`,
        matters: isFromPickup
          ? "A program writes files that cannot be sent, and does not know it"
          : "Nobody was told that it did not arrive, as there is nobody to tell",
        remedy: `Look at it: inetsrv mail badmail show ${shellWord(newest.id)}. What was mended is sent with: inetsrv mail badmail resend ${shellWord(newest.id)}`,
        article: isFromPickup ? "mail-pickup" : "mail-badmail",
        comesOf: [`site:${path}`],
      };
      return [finding];
    });
    return (await Promise.all(found)).flat();
  },
};

const BADMAIL_NEWS_MS = 24 * 3_600_000;
/** More are not looked at one by one. */
const BADMAIL_SEEN_MAX = 10_000;

/** Those that have come since; undefined where there is none. Whoever may not look sees none. */
async function newestBadmail(
  folder: string,
  sinceMs: number,
): Promise<{ readonly newest: BadmailEntry; readonly recent: number } | undefined> {
  const names = await readdir(folder).catch(() => []);
  let newest: { readonly id: string; readonly atMs: number } | undefined;
  let recent = 0;
  for (const name of names.filter((it) => it.endsWith(".BAD")).slice(0, BADMAIL_SEEN_MAX)) {
    const id = name.slice(0, -".BAD".length);
    const atMs = await lstat(join(folder, `${id}.BDR`)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    if (atMs < sinceMs || !isBadmailId(id)) continue;
    recent++;
    if (newest === undefined || atMs > newest.atMs) newest = { id, atMs };
  }
  const entry = newest && (await badmailEntry(folder, newest.id));
  return entry?.ok && entry.value !== null ? { newest: entry.value, recent } : undefined;
}
