// The keeper of certificates on a home: its entries and keys from the configuration, its files from the disk, and what
// it made anew written back. What becomes of a certificate is the keeper's matter.
import type { Clock } from "../base/clock.ts";
import { type Home, roomPath } from "../base/home.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { CertificateEntry } from "../certificate/keeper/certificate-entry.ts";
import { DiskFiles } from "../certificate/keeper/certificate-files.ts";
import { CertificateKeeper } from "../certificate/keeper/certificate-keeper.ts";
import { Telling } from "../certificate/keeper/telling.ts";
import { ToldMemory } from "../certificate/keeper/told-memory.ts";
import { chainText, keyText, type Pair } from "../certificate/pair.ts";
import { certificateEntry, certificateSection } from "../certificate/settings.ts";
import type { Report } from "../event/event.ts";
import { refusalSentences } from "../metabase/change/refusal.ts";
import { encodeName, nameOf } from "../metabase/tree/path.ts";
import type { Configuration } from "./configuration.ts";

export function certificateKeeper(configuration: Configuration, home: Home, clock: Clock): CertificateKeeper {
  const { metabase } = configuration;
  return new CertificateKeeper({
    entries: () => [...metabase.view.entries(ENTRIES)].sort().map((path) => entryAt(configuration, path)),
    fallback: () => metabase.values("certificate", certificateSection).fallback,
    privateKey: (name) => configuration.secret(`${entryPath(name)}/privateKey`),
    write: (name, pair) => writePair(configuration, name, pair),
    root: home.root,
    files: new DiskFiles(),
    clock,
  });
}

export const certificateTelling = (home: Home, clock: Clock, report: Report): Telling =>
  new Telling(report, new ToldMemory(roomPath(home, "cache", "certificates-told.json"), clock.wallMs));

const ENTRIES = "certificate/entries";
export const entryPath = (name: string): string => `${ENTRIES}/${encodeName(name)}`;

function entryAt({ metabase }: Configuration, path: string): CertificateEntry {
  const { privateKey: _, ...values } = metabase.values(path, certificateEntry);
  return { ...values, name: nameOf(path) };
}

async function writePair({ metabase }: Configuration, name: string, pair: Pair): Promise<Result<void, string>> {
  const set = { chain: chainText(pair), privateKey: keyText(pair) };
  const why = `the self-signed certificate ${name} was near its end`;
  const done = await metabase.change({ who: "inetsrv", why, edits: [{ at: entryPath(name), set }] });
  return done.ok ? good(undefined) : bad(refusalSentences(done.error).join("; "));
}
