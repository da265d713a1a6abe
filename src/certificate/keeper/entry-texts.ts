// Where chain and key of an entry stand, read as texts: in the configuration, or in files that another program renews.
// What they say is not looked at.
import { resolve } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { about, type Fault, fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { GivenFile } from "../read-material.ts";
import { type CertificateEntry, unusable } from "./certificate-entry.ts";
import type { CertificateFiles } from "./certificate-files.ts";

export type Texts = Result<readonly GivenFile[], Fault>;

export function textsInTree(entry: CertificateEntry, key: Result<string, Fault> | undefined): Texts {
  if (entry.chain === null) return bad(unusable(entry, "its entry states no chain"));
  if (key === undefined) return bad(unusable(entry, "its entry states no privateKey"));
  if (key.ok) return good([given("chain", entry.chain), given("privateKey", key.value)]);
  // What mends a secret that cannot be opened mends the certificate.
  const { because, remedy } = key.error;
  return bad(fault(about("certificate", entry.name), unusable(entry, because).attempted, because, remedy));
}

/** What is needed to read files. */
export interface FileWorld {
  /** Relative paths hang on it. */
  readonly root: string;
  readonly files: Pick<CertificateFiles, "read">;
  readonly clock: Clock;
}

export async function textsInFiles(entry: CertificateEntry, { root, files, clock }: FileWorld): Promise<Texts> {
  const texts: GivenFile[] = [];
  for (const name of pathsOf(entry, root)) {
    const read = await inTime(files.read(name), clock);
    if (!read.ok) return bad(unusable(entry, `${name}: ${read.error}`));
    texts.push({ name, bytes: read.value });
  }
  return texts.length > 0 ? good(texts) : bad(unusable(entry, "its entry states no chainFile"));
}

/** The files of an entry; relative ones hang on the home. */
export function pathsOf({ chainFile, keyFile }: CertificateEntry, root: string): readonly string[] {
  const paths = [chainFile, keyFile].filter((it) => it !== null).map((it) => resolve(root, it));
  return chainFile === null ? [] : [...new Set(paths)];
}

/** All that a version is made of as one text, to see whether anything is new. */
export const asOneText = (texts: Texts, { names }: CertificateEntry): string =>
  texts.ok
    ? [...texts.value.map(({ bytes }) => Buffer.from(bytes).toString("latin1")), ...names].join("\n")
    : `${texts.error.because}\n${texts.error.remedy}`;

/** A disk that hangs, such as one of another machine, keeps nobody waiting for long. */
const READ_MS = 2000;

async function inTime(reading: Promise<Result<Uint8Array, string>>, clock: Clock): Promise<Result<Uint8Array, string>> {
  const { promise, resolve } = Promise.withResolvers<Result<Uint8Array, string>>();
  const cancel = clock.after(READ_MS, () => resolve(bad(`its disk did not answer within ${READ_MS / 1000} s`)));
  const read = await Promise.race([reading, promise]);
  cancel();
  return read;
}

const given = (name: string, text: string): GivenFile => ({ name, bytes: Buffer.from(text) });
