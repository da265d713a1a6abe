// The key folder on a real disk. Nothing is decided here; every call is one step, and its errno is the answer.
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Home, roomPath } from "../base/home.ts";
import { bad, good, type Result } from "../base/result.ts";
import {
  type Errno,
  FILE_BYTES_MAX,
  type Found,
  KEYRING,
  type KeyFolder,
  type Ownership,
  type User,
} from "./key-folder.ts";

export function nodeKeyFolder(home: Home): KeyFolder {
  const path = roomPath(home, "keys");
  const at = (name: string): string => join(path, name);
  return {
    path,
    user: currentUser(),
    ownership: (of) => ownershipOf(of === "folder" ? path : home.root),
    names() {
      const names = attempt(() => readdirSync(path).sort());
      return names.ok ? names.value : [];
    },
    read: (name) => read(at(name)),
    make: () => attempt(() => makeFolder(path)),
    create: (name, text) => attempt(() => create(at(name), text)),
    place: (from, to) => attempt(() => place(at(from), at(to))),
    move: (from, to) => attempt(() => renameToFree(at(from), at(to))),
    replaceKeyring: (from) => attempt(() => renameSync(at(from), at(KEYRING))),
    discard: (name) => void attempt(() => rmSync(at(name), { force: true })),
    sync: () => attempt(() => syncFolder(path)),
  };
}

function attempt<T>(call: () => T): Result<T, Errno> {
  try {
    return good(call());
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    return bad(code);
  }
}

const errnoOf = (error: unknown): Errno | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

function currentUser(): User {
  const uid = process.geteuid?.() ?? 0;
  // The runtime would tell the name that the variable USER claims.
  return { uid, name: `uid ${uid}` };
}

function ownershipOf(path: string): Ownership | undefined {
  const facts = attempt(() => statSync(path));
  return facts.ok ? { uid: facts.value.uid, mode: facts.value.mode & 0o777 } : undefined;
}

/** Owner, mode and content of one and the same open file; a pipe under the name must not make us wait. */
function read(path: string): Found {
  const opened = attempt(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  if (!opened.ok) return opened.error === "ENOENT" ? { at: "missing" } : { at: "unreadable", errno: opened.error };
  const file = opened.value;
  const found = attempt((): Found => {
    const facts = fstatSync(file);
    if (!facts.isFile()) return { at: "unreadable", errno: facts.isDirectory() ? "EISDIR" : "ENXIO" };
    return { at: "found", text: content(file), uid: facts.uid, mode: facts.mode & 0o777 };
  });
  closeSync(file);
  return found.ok ? found.value : { at: "unreadable", errno: found.error };
}

/** One byte more than the bound, so that what is too long is seen to be. */
function content(file: number): string {
  const buffer = Buffer.alloc(FILE_BYTES_MAX + 1);
  let length = 0;
  for (let got = -1; got !== 0 && length < buffer.length; length += got) {
    got = readSync(file, buffer, length, buffer.length - length, null);
  }
  return buffer.toString("utf8", 0, length);
}

function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  syncFolder(dirname(path));
}

function create(path: string, text: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
    // A server that runs as root on somebody's home must not take his keys from him.
    const { uid, gid } = statSync(dirname(path));
    if (process.getuid?.() === 0 && uid !== 0) fchownSync(file, uid, gid);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A link is refused when the name is taken, however close the race; some file systems have none. */
function place(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINKS.has(errnoOf(error) ?? "")) throw error;
    renameToFree(from, to);
    return;
  }
  rmSync(from, { force: true });
}
const NO_LINKS: ReadonlySet<Errno> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

function renameToFree(from: string, to: string): void {
  if (existsSync(to)) throw Object.assign(new Error("name taken"), { code: "EEXIST" });
  renameSync(from, to);
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } catch (error) {
    if (errnoOf(error) !== "EINVAL") throw error; // a file system that cannot sync a folder does so by itself
  } finally {
    closeSync(folder);
  }
}
