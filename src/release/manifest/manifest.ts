// What a release says of itself: version, platform, how it is started, what it needs, and every file of it. Types, and
// the one way to write them: the same content gives the same bytes, as these are what is signed.
import type { Formats } from "../../ipc/installed-release.ts";

export type FileMode = "755" | "644";

export interface ListedFile {
  readonly size: number;
  readonly sha256: string;
  readonly mode: FileMode;
  /** The release, or the hotfix, that it came with. */
  readonly version: string;
}
export type Files = ReadonlyMap<string, ListedFile>;

export const bytesOf = (files: Files): number => [...files.values()].reduce((sum, it) => sum + it.size, 0);

/** What the machine must have: at least this version of it. */
export interface Prerequisite {
  readonly needs: "glibc" | "kernel";
  readonly atLeast: string;
}

/** A manifest exactly as its maker wrote it, with the signature over it; null where it was made without a key. */
export interface SignedText {
  readonly text: string;
  readonly signature: string | null;
}

/** Of a base with hotfixes: the signed texts that it follows from, so that no private key is needed to prove it. */
export interface Proof {
  readonly base: SignedText;
  readonly hotfixes: readonly SignedText[];
}

export interface Manifest {
  readonly version: string;
  /** As "linux-x64". */
  readonly platform: string;
  readonly base: { readonly version: string; readonly hotfixes: readonly string[] } | null;
  /** A program of the release, and what it is given first; a word that begins with a hyphen is no file. */
  readonly start: readonly string[];
  readonly formats: Formats;
  readonly prerequisites: readonly Prerequisite[];
  readonly madeMs: number;
  readonly files: Files;
  readonly proof: Proof | null;
}

export interface HotfixManifest {
  readonly id: string;
  readonly base: { readonly version: string; readonly sha256: string };
  readonly platform: string;
  /** Hotfixes that must be on the release already. */
  readonly prerequisites: readonly string[];
  readonly madeMs: number;
  readonly files: Files;
}

export const PRODUCT = "inetsrv";

export const writeManifest = (it: Manifest): string =>
  textOf({
    product: PRODUCT,
    version: it.version,
    platform: it.platform,
    base: it.base,
    start: it.start,
    formats: it.formats,
    prerequisites: it.prerequisites,
    madeMs: it.madeMs,
    files: sorted(it.files),
    ...(it.proof === null ? {} : { proof: it.proof }),
  });

export const writeHotfixManifest = (it: HotfixManifest): string =>
  textOf({
    product: PRODUCT,
    hotfix: it.id,
    base: it.base,
    platform: it.platform,
    prerequisites: it.prerequisites,
    madeMs: it.madeMs,
    files: sorted(it.files),
  });

/** One spelling: whatever is read has to come out of this again as it was. */
export const textOf = (content: unknown): string => `${JSON.stringify(content, null, 1)}\n`;

function sorted(files: Files): Readonly<Record<string, ListedFile>> {
  const rows = [...files].sort(([left], [right]) => Number(left > right) - Number(left < right));
  return Object.fromEntries(
    rows.map(([path, { size, sha256, mode, version }]) => [path, { size, sha256, mode, version }]),
  );
}
