// Host names that several certificates are for, and which of them clients get. Pure.
import type { Clock } from "../../base/clock.ts";
import type { ServingCertificate } from "../../ipc/serving-certificate.ts";
import { CertificateBook } from "../certificate-book.ts";

export interface NameFight {
  readonly hosts: readonly string[];
  /** Of the entries, in order; two at least. */
  readonly names: readonly [string, string, ...(readonly string[])];
  /** The one that clients get where the site names none of them. */
  readonly shown: string;
}

/** One for each set of entries, however many host names they share. */
export function nameFights(serving: readonly ServingCertificate[], clock: Pick<Clock, "wallMs">): readonly NameFight[] {
  const book = new CertificateBook(clock);
  const byHost = new Map<string, string[]>();
  for (const it of serving) {
    book.set(it);
    for (const host of it.names) {
      const names = byHost.get(host);
      if (names === undefined) byHost.set(host, [it.name]);
      else names.push(it.name);
    }
  }
  const fights = new Map<string, NameFight>();
  for (const [host, names] of byHost) {
    const [first, second, ...more] = names.sort();
    const shown = second === undefined ? undefined : book.choose(host, null)?.name;
    if (first === undefined || second === undefined || shown === undefined) continue;
    const key = JSON.stringify([names, shown]);
    const hosts = [...(fights.get(key)?.hosts ?? []), host];
    fights.set(key, { hosts, names: [first, second, ...more], shown });
  }
  return [...fights.values()];
}
