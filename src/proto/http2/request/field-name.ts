// The name of a field: what may be said under it, and where it counts. Made once for the names that everybody uses, and else for
// each name that a client says anew.
import { TOKEN } from "../../http/byte-kinds.ts";
import { hostEndIn, portIn } from "../../http/head/authority.ts";
import { knownFieldOf, knownFields } from "../../http/head/known-fields.ts";
import { type Refusal, refusals } from "../../http/refusal.ts";
import { staticFields } from "../hpack/static-table.ts";
import { malformed } from "./malformed.ts";

export const pseudoNames = [":method", ":scheme", ":authority", ":path"] as const;
export type PseudoName = (typeof pseudoNames)[number];

type Judge = (value: string) => Refusal | undefined;

export interface FieldName {
  readonly text: string;
  readonly pseudo: PseudoName | undefined;
  /** Of `knownFields`; -1 for all others. */
  readonly row: number;
  /** What is wrong with it, where that is so; or with what it says. */
  readonly judge: Judge;
}

const wholly = (pattern: string, otherwise: Refusal): Judge => {
  const whole = new RegExp(`^${pattern}$`);
  return (value) => (whole.test(value) ? undefined : otherwise);
};
const refused =
  (refusal: Refusal): Judge =>
  () =>
    refusal;

/** RFC 9113 §8.3.1 done; no other scheme than those that a site can have. */
const pseudoJudges: Readonly<Record<PseudoName, Judge>> = {
  ":method": wholly(`${TOKEN}+`, refusals.requestLine),
  ":scheme": wholly("[Hh][Tt][Tt][Pp][Ss]?", malformed.scheme),
  ":authority": judgeAuthority,
  // As in the request line of HTTP/1, see `targetBytes`.
  ":path": wholly('(?:/[!-"$-~\\x80-\\xff]*|\\*)', refusals.target),
};

/** RFC 9113 §8.2.2 done */
const fieldJudges: Readonly<Record<string, Judge>> = {
  connection: refused(malformed.connectionField),
  "proxy-connection": refused(malformed.connectionField),
  "keep-alive": refused(malformed.connectionField),
  "transfer-encoding": refused(malformed.connectionField),
  upgrade: refused(malformed.connectionField),
  te: wholly("[Tt][Rr][Aa][Ii][Ll][Ee][Rr][Ss]", malformed.te),
  host: judgeAuthority,
};

const NAME = new RegExp(`^${TOKEN}+$`);
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const isBlankCode = (code: number): boolean => code === 32 || code === 9;

/** RFC 9113 §8.2.1 done */
function judgeValue(value: string): Refusal | undefined {
  if (!VALUE.test(value)) return refusals.fieldValue;
  const isBlank = isBlankCode(value.charCodeAt(0)) || isBlankCode(value.charCodeAt(value.length - 1));
  return isBlank ? malformed.valueBlank : undefined;
}

function judgeAuthority(value: string): Refusal | undefined {
  return authorityOf(value) === undefined ? refusals.host : undefined;
}

export interface Authority {
  readonly host: string;
  readonly port: number | undefined;
}

/** As HTTP/1 reads it: no user, no escapes. */
export function authorityOf(value: string): Authority | undefined {
  const bytes = Buffer.from(value, "latin1");
  const hostEnd = hostEndIn(bytes, 0, bytes.length);
  if (hostEnd < 0) return undefined;
  return { host: value.slice(0, hostEnd).toLowerCase(), port: portIn(bytes, hostEnd + 1, bytes.length) || undefined };
}

function make(text: string): FieldName {
  const pseudo = pseudoNames.find((it) => it === text);
  if (pseudo !== undefined) return { text, pseudo, row: -1, judge: pseudoJudges[pseudo] };
  return { text, pseudo, row: knownFieldOf(text) ?? -1, judge: flawOf(text) ?? fieldJudges[text] ?? judgeValue };
}

function flawOf(text: string): Judge | undefined {
  if (text.startsWith(":")) return refused(malformed.pseudoUnknown);
  if (!NAME.test(text)) return refused(refusals.fieldName);
  return /[A-Z]/.test(text) ? refused(malformed.upperCase) : undefined;
}

const usual: ReadonlyMap<string, FieldName> = new Map(
  [...staticFields.map(([name]) => name), ...knownFields, ...Object.keys(fieldJudges)].map((text) => [
    text,
    make(text),
  ]),
);

export const fieldNameOf = (text: string): FieldName => usual.get(text) ?? make(text);
