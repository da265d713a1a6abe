// Decides once, for all that follows, which path a request means: from its raw target to names that may be joined below a root,
// or the reason why not. Pure. Nothing behind this may decode again or look at the raw target for a decision.
import { bad, good, type Result } from "../../../base/result.ts";
import { hexValues } from "../byte-kinds.ts";
import { type Refusal, refusals } from "../refusal.ts";
import { windowsFlaw } from "./windows-names.ts";

export interface PathRules {
  /** Of IIS: false refuses what would change if it were decoded a second time, and a "+". */
  readonly allowDoubleEscaping: boolean;
  /** Of IIS: false refuses all beyond ASCII. */
  readonly allowHighBitCharacters: boolean;
  /** An encoded slash and a backslash in either form: "separate" takes them for slashes, as IIS does. */
  readonly otherSlashes: "refuse" | "separate";
  /** Whether names are refused that on Windows would stand for something else. */
  readonly windowsNames: "refuse" | "allow";
  /** Of IIS: maxUrlSegments. */
  readonly segmentsMax: number;
}

export interface TargetPath {
  /** Names of folders and of the file, in this order; each can be a name, and none is empty, "." or "..". */
  readonly segments: readonly string[];
  /** It ends with a slash, or would: what is meant is a folder. */
  readonly isFolder: boolean;
  /** All of it, decoded and without detours: "/a b/". */
  readonly path: string;
  /** As it was said, without its "?". */
  readonly query: string;
}

/** `target` is the path of a request, which begins with a slash. */
export function targetPath(target: string, rules: PathRules): Result<TargetPath, Refusal> {
  const question = target.indexOf("?");
  const raw = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? "" : target.slice(question + 1);
  const decoded = PLAIN.test(raw) ? good(raw) : decode(raw, rules);
  if (!decoded.ok) return decoded;
  const named = resolve(decoded.value.split("/"));
  if (named === undefined) return bad(refusals.pathAboveRoot);
  const { segments, isFolder } = named;
  if (segments.length > rules.segmentsMax) return bad(refusals.pathSegments);
  if (rules.windowsNames === "refuse")
    for (const segment of segments) {
      const flaw = windowsFlaw(segment);
      if (flaw !== undefined) return bad(flaw);
    }
  const path = `/${segments.join("/")}${isFolder && segments.length > 0 ? "/" : ""}`;
  return good({ segments, isFolder, path, query });
}

/** Nothing in it that any rule but that of the segments is about. */
const PLAIN = /^[\w/.~!$&'(),;=@-]*$/;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(raw: string, rules: PathRules): Result<string, Refusal> {
  const bytes = bytesOf(raw);
  if (bytes === undefined) return bad(refusals.pathEscape);
  const text = textOf(bytes);
  if (text === undefined) return bad(refusals.pathText);
  if (/[\0-\x1f\x7f-\x9f]/.test(text)) return bad(refusals.pathControl);
  if (!rules.allowDoubleEscaping && /%[0-9A-Fa-f]{2}|\+/.test(text)) return bad(refusals.pathDoubleEscape);
  if (!rules.allowHighBitCharacters && /[^\0-\x7f]/.test(text)) return bad(refusals.pathHighBit);
  if (rules.otherSlashes === "refuse" && (/%2F/i.test(raw) || text.includes("\\"))) return bad(refusals.pathSeparator);
  return good(text.replaceAll("\\", "/"));
}

const PERCENT = 37;

/** Once, byte for byte; undefined where a "%" stands alone. RFC 3986 §2.1. */
function bytesOf(raw: string): Uint8Array | undefined {
  const bytes = new Uint8Array(raw.length);
  let length = 0;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw.charCodeAt(at);
    if (byte !== PERCENT) {
      bytes[length++] = byte;
      continue;
    }
    const [high, low] = [hexValues[raw.charCodeAt(++at)] ?? -1, hexValues[raw.charCodeAt(++at)] ?? -1];
    if (high < 0 || low < 0) return undefined;
    bytes[length++] = high * 16 + low;
  }
  return bytes.subarray(0, length);
}

/** Undefined where the bytes are no UTF-8: also a character that is written longer than it must be, and half a pair. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** RFC 3986 §5.2.4, and empty segments are none; undefined where it leads out. */
function resolve(parts: readonly string[]): Pick<TargetPath, "segments" | "isFolder"> | undefined {
  const segments: string[] = [];
  for (const part of parts) {
    if (part === "..") {
      if (segments.pop() === undefined) return undefined;
    } else if (part !== "" && part !== ".") segments.push(part);
  }
  const last = parts.at(-1);
  return { segments, isFolder: last === "" || last === "." || last === ".." };
}
