// Host names that several certificates are for, and which of them clients get. Pure.
import type { Clock } from "../../base/clock.ts";
import { CertificateBook } from "../certificate-book.ts";
import type { ServingCertificate } from "../serving-certificate.ts";

export interface NameFight {
  readonly host: string;
  /** Of the entries, in order; two at least. */
  readonly names: readonly string[];
  readonly shown: string;
}

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
  return [...byHost].flatMap(([host, names]) => {
    const shown = names.length > 1 ? book.choose(host, null) : undefined;
    return shown === undefined ? [] : [{ host, names: names.sort(), shown: shown.name }];
  });
}
