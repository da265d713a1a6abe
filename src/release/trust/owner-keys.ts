// What the owner of an install root trusts, as files in release-keys/: a public key each, and the manifests that may be
// unsigned. Whoever may write there decides what may be installed.
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { namesIn, replaceFile } from "../../base/disk.ts";
import { about, type Fault } from "../../base/fault.ts";
import { bad, type Result } from "../../base/result.ts";
import { type Attempt, onDisk, refuse } from "../disk.ts";
import { keyFolder } from "../place/install-root.ts";
import { readBounded } from "../read-bounded.ts";
import { type PublicKey, readPublicKey } from "./key.ts";
import type { Trust } from "./prove.ts";

const KEYS_MAX = 100;
const FILE_BYTES_MAX = 64 * 1024;
const UNSIGNED = "unsigned.txt";
/** So many of the longest rows fit into the file as it is read; older ones go. */
const UNSIGNED_MAX = 200;

export interface KeyFile {
  readonly name: string;
  readonly key: PublicKey;
}

export interface OwnerKeys extends Trust {
  readonly files: readonly KeyFile[];
  /** Files that hold no key, each with the reason; they are passed over. */
  readonly flaws: readonly Fault[];
}

export function readOwnerKeys(folder: string): Result<OwnerKeys, Fault> {
  const attempt: Attempt = { subject: about("file", folder), attempted: "Cannot read the keys of releases" };
  return onDisk(attempt, () => {
    const files: KeyFile[] = [];
    const flaws: Fault[] = [];
    for (const name of keyNamesIn(folder)) {
      const key = readPublicKeyFile(join(folder, name));
      if (key.ok) files.push({ name, key: key.value });
      else flaws.push(key.error);
    }
    return { files, flaws, keys: files.map((it) => it.key), unsigned: new Set(unsignedIn(folder).keys()) };
  });
}

export function readPublicKeyFile(file: string): Result<PublicKey, Fault> {
  const attempt: Attempt = {
    subject: about("file", file),
    attempted: `Cannot read the key in ${file}`,
    remedy: "Name a file with the public half of the key: inetsrv release key make says which one that is",
  };
  const bytes = onDisk(attempt, () => readBounded(file, FILE_BYTES_MAX));
  if (!bytes.ok) return bytes;
  if (bytes.value === undefined) return bad(refuse(attempt, "there is no such file"));
  const key = readPublicKey(bytes.value.toString("utf8"));
  return key.ok ? key : bad(refuse(attempt, key.error));
}

export function trustKey(folder: string, key: PublicKey): Result<void, Fault> {
  const attempt: Attempt = { subject: about("key", key.id), attempted: `Cannot trust the key ${key.id}` };
  return onDisk(attempt, () => putIn(folder, `${key.id}.pub`, key.text));
}

/** The names of the files that held it. */
export function dropKey(folder: string, id: string): Result<readonly string[], Fault> {
  const attempt: Attempt = { subject: about("key", id), attempted: `Cannot drop the key ${id}` };
  const owner = readOwnerKeys(folder);
  if (!owner.ok) return owner;
  const names = owner.value.files.filter((it) => it.key.id === id).map((it) => it.name);
  if (names.length === 0)
    return bad(refuse(attempt, `it is not among those in ${folder}`, "See which are: inetsrv release key list"));
  return onDisk(attempt, () => {
    for (const name of names) rmSync(join(folder, name));
    return names;
  });
}

/** That one manifest, and no other, may be used although nobody has signed it. */
export function allowUnsigned(folder: string, sha256: string, version: string): Result<void, Fault> {
  const attempt: Attempt = { subject: about("release", version), attempted: `Cannot allow the unsigned ${version}` };
  return onDisk(attempt, () => {
    const others = [...unsignedIn(folder)].filter(([hash]) => hash !== sha256);
    const rows = [...others, [sha256, version]].slice(-UNSIGNED_MAX);
    putIn(folder, UNSIGNED, rows.map(([hash, name]) => `${hash} ${name}\n`).join(""));
  });
}

/** The first that is put there makes the folder. */
function putIn(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  replaceFile(join(folder, name), text, 0o644);
}

function unsignedIn(folder: string): ReadonlyMap<string, string> {
  const text = readBounded(join(folder, UNSIGNED), FILE_BYTES_MAX)?.toString("latin1") ?? "";
  const rows = text.split("\n").map((it) => it.split(" "));
  return new Map(rows.flatMap(([hash = "", name = ""]) => (/^[0-9a-f]{64}$/.test(hash) ? [[hash, name]] : [])));
}

const keyNamesIn = (folder: string): readonly string[] =>
  namesIn(folder)
    .filter((it) => it.endsWith(".pub") && !basename(it).startsWith("."))
    .sort()
    .slice(0, KEYS_MAX);

export const ownerKeysOf = (root: string): Result<OwnerKeys, Fault> => readOwnerKeys(keyFolder(root));
