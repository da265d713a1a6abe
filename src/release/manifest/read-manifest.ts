// Reads a manifest that may come from anybody. Every bound is checked before anything is believed, and a text that says
// a thing twice is refused; members that a newer release has added are passed over.
import { isObject } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { FormatRange, Formats } from "../../ipc/installed-release.ts";
import { isHotfixId, readVersion } from "../version.ts";
import {
  type FileMode,
  type Files,
  type HotfixManifest,
  type ListedFile,
  type Manifest,
  PRODUCT,
  type Prerequisite,
  type Proof,
  type SignedText,
  textOf,
} from "./manifest.ts";
import { clashOf, flawOfPath } from "./path.ts";

export const MANIFEST_BYTES_MAX = 8 * 1024 * 1024;
const FILES_MAX = 20_000;
const FILE_BYTES_MAX = 2 ** 31;
const RELEASE_BYTES_MAX = 2 ** 32;
const WORDS_MAX = 16;
const HOTFIXES_MAX = 32;
/** More than any release will need; writing it again takes the square of it. */
const LEVELS_MAX = 16;

type Given = Readonly<Record<string, unknown>>;
/** Why the text is no manifest, as the end of a sentence. */
type Read<T> = Result<T, string>;

export function readManifest(text: string): Read<Manifest> {
  const given = contentOf(text);
  if (!given.ok) return given;
  const { version, platform, base, start, formats, prerequisites, madeMs, files, proof } = given.value;
  if (!isVersion(version)) return bad("its version is none");
  if (!isPlatform(platform)) return bad("its platform is none");
  const read = readFiles(files);
  if (!read.ok) return read;
  if (base !== null && !isBase(base)) return bad("what it says of its base makes no sense");
  if (!isStart(start, read.value)) return bad("what it is started with is no file of it");
  if (!isFormats(formats)) return bad("what it says of its formats makes no sense");
  if (!isList(prerequisites, isPrerequisite)) return bad("what it needs makes no sense");
  if (!isCount(madeMs)) return bad("the time it was made makes no sense");
  if (proof !== undefined && !isProof(proof)) return bad("the proof of its parts makes no sense");
  const known = { version, platform, base, start, formats, prerequisites, madeMs, files: read.value };
  return good({ ...known, proof: proof ?? null });
}

export function readHotfixManifest(text: string): Read<HotfixManifest> {
  const given = contentOf(text);
  if (!given.ok) return given;
  const { hotfix: id, base, platform, prerequisites, madeMs, files } = given.value;
  if (typeof id !== "string" || !isHotfixId(id)) return bad("its name is none of a hotfix");
  if (!isObject(base) || !isVersion(base.version) || !isHash(base.sha256)) return bad("its base makes no sense");
  if (!isPlatform(platform)) return bad("its platform is none");
  if (!isList(prerequisites, isId)) return bad("what it needs makes no sense");
  if (!isCount(madeMs)) return bad("the time it was made makes no sense");
  const read = readFiles(files);
  if (!read.ok) return read;
  if (read.value.size === 0) return bad("it replaces nothing");
  const { version, sha256 } = base;
  return good({ id, base: { version, sha256 }, platform, prerequisites, madeMs, files: read.value });
}

function contentOf(text: string): Read<Given> {
  if (text.length > MANIFEST_BYTES_MAX) return bad("it is too large");
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return bad("it is not JSON");
  }
  if (!isObject(given) || given.product !== PRODUCT) return bad(`it is not of ${PRODUCT}`);
  if (!isFlat(given, LEVELS_MAX)) return bad("it is nested too deeply");
  // Names that stand twice, and numbers that are not what they seem, do not survive this.
  return textOf(given) === text ? good(given) : bad("it is not written as a manifest is");
}

const isFlat = (it: unknown, levels: number): boolean =>
  typeof it !== "object" || it === null || (levels > 0 && Object.values(it).every((one) => isFlat(one, levels - 1)));

function readFiles(given: unknown): Read<Files> {
  if (!isObject(given)) return bad("it lists no files");
  const rows = Object.entries(given);
  if (rows.length > FILES_MAX) return bad(`it lists more than ${FILES_MAX} files`);
  const files = new Map<string, ListedFile>();
  let bytes = 0;
  for (const [path, row] of rows) {
    const flaw = flawOfPath(path);
    if (flaw !== undefined) return bad(`the path ${JSON.stringify(path.slice(0, 200))} is refused: ${flaw}`);
    if (!isListed(row)) return bad(`what it says of ${path} makes no sense`);
    const { size, sha256, mode, version } = row;
    bytes += size;
    files.set(path, { size, sha256, mode, version });
  }
  if (bytes > RELEASE_BYTES_MAX) return bad("its files are too large together");
  const clash = clashOf(files.keys());
  return clash === undefined ? good(files) : bad(`${clash[0]} and ${clash[1]} cannot lie beside each other`);
}

const isVersion = (it: unknown): it is string => typeof it === "string" && readVersion(it) !== undefined;
const isId = (it: unknown): it is string => typeof it === "string" && isHotfixId(it);
const isPlatform = (it: unknown): it is string =>
  typeof it === "string" && /^[a-z0-9]{1,20}(-[a-z0-9]{1,20}){1,2}$/.test(it);
const isHash = (it: unknown): it is string => typeof it === "string" && /^[0-9a-f]{64}$/.test(it);
const isMode = (it: unknown): it is FileMode => it === "755" || it === "644";
const isCount = (it: unknown): it is number => Number.isSafeInteger(it) && Number(it) >= 0;
const isFormat = (it: unknown): it is number => isCount(it) && it <= 1_000_000;

const isList = <T>(given: unknown, is: (it: unknown) => it is T, max = WORDS_MAX): given is readonly T[] =>
  Array.isArray(given) && given.length <= max && given.every(is);

const isListed = (it: unknown): it is ListedFile =>
  isObject(it) &&
  isCount(it.size) &&
  it.size <= FILE_BYTES_MAX &&
  isHash(it.sha256) &&
  isMode(it.mode) &&
  (isVersion(it.version) || isId(it.version));

const isBase = (it: unknown): it is NonNullable<Manifest["base"]> =>
  isObject(it) && isVersion(it.version) && isList(it.hotfixes, isId, HOTFIXES_MAX);

/** The program is a file that may be run; what follows are its flags and files of the release. */
function isStart(given: unknown, files: Files): given is readonly string[] {
  const isWord = (it: unknown): it is string => typeof it === "string" && it.length <= 200;
  if (!isList(given, isWord)) return false;
  const [program = "", ...words] = given;
  return files.get(program)?.mode === "755" && words.every((it) => it.startsWith("--") || files.has(it));
}

const isRange = (it: unknown): it is FormatRange =>
  isObject(it) && isFormat(it.writes) && isList(it.reads, isFormat) && it.reads.includes(it.writes);
const isFormats = (it: unknown): it is Formats => isObject(it) && isRange(it.metabase) && isRange(it.spool);

const isPrerequisite = (it: unknown): it is Prerequisite =>
  isObject(it) &&
  typeof it.needs === "string" &&
  /^[a-z]{1,20}$/.test(it.needs) &&
  typeof it.atLeast === "string" &&
  /^\d{1,5}(\.\d{1,5}){0,3}$/.test(it.atLeast);

const isSigned = (it: unknown): it is SignedText =>
  isObject(it) && typeof it.text === "string" && (it.signature === null || isSignature(it.signature));
const isProof = (it: unknown): it is Proof =>
  isObject(it) && isSigned(it.base) && isList(it.hotfixes, isSigned, HOTFIXES_MAX);

/** 64 bytes as base64. */
export const isSignature = (it: unknown): it is string => typeof it === "string" && /^[A-Za-z0-9+/]{86}==$/.test(it);
