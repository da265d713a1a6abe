// One line of the copy: JSON that carries the hash of its own text, so that a torn or changed line is known at sight.
// Pure.
import { isObject } from "../../base/json.ts";
import { hashText, spellHash } from "../tree/digest.ts";

/** `{"sum":"16 hex digits","is":…}` and a line feed. */
export function printLine(content: object): string {
  const text = JSON.stringify(content);
  return `{"sum":"${spellHash(hashText(text))}",${text.slice(1)}\n`;
}

/** What the line says, without its end; undefined when it is not what was written. */
export function readLine(line: string): Readonly<Record<string, unknown>> | undefined {
  const match = /^\{"sum":"([0-9a-f]{16})",/.exec(line);
  const text = `{${line.slice(SUM_LENGTH)}`;
  if (match === null || match[1] !== spellHash(hashText(text))) return undefined;
  const parsed: unknown = JSON.parse(text);
  return isObject(parsed) ? parsed : undefined;
}

const SUM_LENGTH = '{"sum":"0123456789abcdef",'.length;
