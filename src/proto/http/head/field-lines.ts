// Reads lines of fields up to the empty line behind them, in a head or behind a body. RFC 9110 §5, RFC 9112 §5 done. A
// line is judged when its end is there, never before, so that it does not matter how the bytes arrive.
import { COLON, CR, isBlank, LF, TOKEN, tokenBytes, valueBytes } from "../byte-kinds.ts";
import { type Refusal, refusals } from "../refusal.ts";

export interface FieldLimits {
  /** All lines together, with the empty one. */
  readonly fieldBytesMax: number;
  readonly fieldsMax: number;
}

/** Told of each field, the value without the blanks around it; may refuse what it says. */
export type TakeField<T> = (
  into: T,
  bytes: Buffer,
  nameAt: number,
  nameEnd: number,
  valueAt: number,
  valueEnd: number,
) => Refusal | undefined;

/** Where the empty line ends; undefined until it has come. */
export function readFields<T>(
  bytes: Buffer,
  from: number,
  { fieldBytesMax, fieldsMax }: FieldLimits,
  into: T,
  take: TakeField<T>,
): number | Refusal | undefined {
  let at = from;
  for (let fields = 0; ; fields++) {
    const lineAt = at;
    if (bytes[at] === CR && bytes[at + 1] === LF)
      return at + 2 - from > fieldBytesMax ? refusals.fieldsTooLong : at + 2;
    while (tokenBytes[bytes[at] ?? 0] === 1) at++;
    const nameEnd = at;
    if (bytes[at] !== COLON || nameEnd === lineAt) return judge(bytes, lineAt, from + fieldBytesMax);
    at++;
    while (isBlank(bytes[at])) at++;
    const valueAt = at;
    while (valueBytes[bytes[at] ?? 0] === 1) at++;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return judge(bytes, lineAt, from + fieldBytesMax);
    let valueEnd = at;
    while (valueEnd > valueAt && isBlank(bytes[valueEnd - 1])) valueEnd--;
    at += 2;
    if (at - from > fieldBytesMax) return refusals.fieldsTooLong;
    if (fields === fieldsMax) return refusals.fieldsTooMany;
    const refusal = take(into, bytes, lineAt, nameEnd, valueAt, valueEnd);
    if (refusal !== undefined) return refusal;
  }
}

/** What is wrong with a line, or nothing until it is there. */
function judge(bytes: Buffer, lineAt: number, endMax: number): Refusal | undefined {
  const lf = bytes.indexOf(LF, lineAt);
  if ((lf < 0 ? bytes.length : lf + 1) > endMax) return refusals.fieldsTooLong;
  return lf < 0 ? undefined : flawOf(bytes.toString("latin1", lineAt, lf));
}

const NAMED = new RegExp(`^${TOKEN}+:`);

/** `line` is everything before the LF. RFC 9112 §2.2, §5.1, §5.2: each of these is read in two ways by somebody. */
function flawOf(line: string): Refusal {
  if (!line.endsWith("\r")) return refusals.bareLf;
  const text = line.slice(0, -1);
  if (text.includes("\r")) return refusals.bareCr;
  if (/^[\t ]/.test(text)) return refusals.foldedField;
  if (!text.includes(":")) return refusals.noColon;
  if (/^[^:]*[\t ]:/.test(text)) return refusals.blankBeforeColon;
  return NAMED.test(text) ? refusals.fieldValue : refusals.fieldName;
}
