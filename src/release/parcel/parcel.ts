// What can be installed: a release or a hotfix, as a folder or as a package file. Its manifest comes first, so that
// nothing else of it is looked at before somebody has decided to trust it.
import { closeSync, lstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { type Attempt, onDisk, refuse } from "../disk.ts";
import type { Files, HotfixManifest, Manifest, SignedText } from "../manifest/manifest.ts";
import { HOTFIX_FILE, RELEASE_FILE, signatureOf } from "../manifest/path.ts";
import { MANIFEST_BYTES_MAX, readHotfixManifest, readManifest } from "../manifest/read-manifest.ts";
import { readSigned, signatureText, textOf } from "../place/read-release.ts";
import { type Pieces, piecesOfFile, piecesOfPackage } from "./pieces.ts";
import { TarReader } from "./tar-reader.ts";

/** Takes one file; what it answers ends all or lets the next one come. */
export type TakeFile = (path: string, pieces: Pieces) => Promise<Result<void, Fault>>;

export interface Parcel {
  readonly path: string;
  readonly signed: SignedText;
  readonly content:
    | { readonly is: "release"; readonly manifest: Manifest }
    | { readonly is: "hotfix"; readonly hotfix: HotfixManifest };
  /** Each of these files of it once, in any order. */
  each(wanted: Files, take: TakeFile): Promise<Result<void, Fault>>;
  close(): void;
}

const HEAD_BYTES = 16;

export const filesOf = ({ content }: Pick<Parcel, "content">): Files =>
  content.is === "release" ? content.manifest.files : content.hotfix.files;

export async function openParcel(path: string): Promise<Result<Parcel, Fault>> {
  const attempt: Attempt = {
    subject: about("file", path),
    attempted: `Cannot read the package ${path}`,
    remedy: "Name a package file of a release or a hotfix, or a folder with one, and fetch it again if it is damaged",
  };
  const stat = onDisk(attempt, () => lstatSync(path, { throwIfNoEntry: false }));
  if (!stat.ok) return stat;
  if (stat.value === undefined) return bad(refuse(attempt, "there is no such file"));
  return stat.value.isDirectory() ? openFolder(path, attempt) : openPackage(path, attempt);
}

function openFolder(path: string, attempt: Attempt): Result<Parcel, Fault> {
  const read = onDisk(attempt, () => {
    for (const name of [RELEASE_FILE, HOTFIX_FILE]) {
      const signed = readSigned(join(path, name));
      if (signed !== undefined) return { name, ...signed };
    }
    return undefined;
  });
  if (!read.ok) return read;
  if (read.value === undefined) return bad(refuse(attempt, `there is no ${RELEASE_FILE} in it`));
  const { name, bytes, signature } = read.value;
  const content = contentOf(name, bytes);
  if (!content.ok) return bad(refuse(attempt, content.error));
  const { text, ...stated } = content.value;
  return good({
    path,
    ...stated,
    signed: { text, signature },
    async each(wanted, take) {
      for (const file of wanted.keys()) {
        const pieces = onDisk({ ...attempt, subject: about("file", join(path, file)) }, () =>
          piecesOfFile(join(path, file)),
        );
        if (!pieces.ok) return pieces;
        const taken = await take(file, pieces.value).finally(() => pieces.value.close());
        if (!taken.ok) return taken;
      }
      return good(undefined);
    },
    close() {},
  });
}

async function openPackage(path: string, attempt: Attempt): Promise<Result<Parcel, Fault>> {
  const head = onDisk(attempt, () => headOf(path));
  if (!head.ok) return head;
  const source = piecesOfPackage(path, head.value);
  const parcel = await readPackage(path, attempt, source).catch((error: unknown) => {
    source.close();
    throw error;
  });
  if (!parcel.ok) source.close();
  return parcel.ok ? parcel : bad(refuse(attempt, parcel.error));
}

async function readPackage(
  path: string,
  attempt: Attempt,
  source: Pieces & { close(): void },
): Promise<Result<Parcel, string>> {
  const archive = new TarReader(source);
  const first = await archive.entry();
  if (!first.ok) return first;
  const name = first.value?.path ?? "";
  if (first.value === undefined || (name !== RELEASE_FILE && name !== HOTFIX_FILE))
    return bad("it does not begin with the manifest of a release or a hotfix");
  const bytes = await wholeOf(archive, first.value.size);
  if (!bytes.ok) return bytes;
  const content = contentOf(name, bytes.value);
  if (!content.ok) return content;
  const { text, ...stated } = content.value;
  // The signature, where there is one, is the second file.
  let next = await archive.entry();
  if (!next.ok) return next;
  let signature: string | null = null;
  if (next.value?.path === signatureOf(name)) {
    const signed = await wholeOf(archive, next.value.size);
    if (!signed.ok) return signed;
    signature = signatureText(signed.value);
    next = await archive.entry();
    if (!next.ok) return next;
  }
  let entry = next.value;
  return good({
    path,
    ...stated,
    signed: { text, signature },
    async each(wanted, take) {
      const listed = filesOf(content.value);
      const missing = new Map(listed);
      while (entry !== undefined) {
        const { path: file, size } = entry;
        if (missing.get(file)?.size !== size)
          return bad(refuse(attempt, `it holds ${JSON.stringify(file)}, which its manifest does not list so`));
        missing.delete(file);
        const taken = wanted.has(file) ? await take(file, archive) : await drain(attempt, archive);
        if (!taken.ok) return taken;
        const following = await archive.entry();
        if (!following.ok) return bad(refuse(attempt, following.error));
        entry = following.value;
      }
      const [lost] = missing.keys();
      return lost === undefined ? good(undefined) : bad(refuse(attempt, `${lost} is missing in it`));
    },
    close: () => source.close(),
  });
}

async function drain(attempt: Attempt, pieces: Pieces): Promise<Result<void, Fault>> {
  for (;;) {
    const piece = await pieces.next();
    if (!piece.ok) return bad(refuse(attempt, piece.error));
    if (piece.value === undefined) return good(undefined);
  }
}

async function wholeOf(archive: TarReader, size: number): Promise<Result<Uint8Array, string>> {
  if (size > MANIFEST_BYTES_MAX) return bad("its manifest is too large");
  const parts: Uint8Array[] = [];
  for (;;) {
    const piece = await archive.next();
    if (!piece.ok) return piece;
    if (piece.value === undefined) return good(Buffer.concat(parts));
    parts.push(Buffer.from(piece.value));
  }
}

type Stated = Pick<Parcel, "content"> & { readonly text: string };

function contentOf(name: string, bytes: Uint8Array): Result<Stated, string> {
  const text = textOf(bytes);
  if (text === undefined) return bad("its manifest is no text");
  if (name === RELEASE_FILE) {
    const manifest = readManifest(text);
    if (!manifest.ok) return bad(`its manifest is refused: ${manifest.error}`);
    return good({ text, content: { is: "release", manifest: manifest.value } });
  }
  const hotfix = readHotfixManifest(text);
  if (!hotfix.ok) return bad(`its manifest is refused: ${hotfix.error}`);
  return good({ text, content: { is: "hotfix", hotfix: hotfix.value } });
}

function headOf(path: string): Uint8Array {
  const fd = openSync(path, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}
