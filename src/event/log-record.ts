// One line of the event log: an occurrence with its sequence number, as JSON. Written with a bound on its length,
// read back strictly; no file here.

import { objectKinds } from "../base/fault.ts";
import { isObject } from "../base/json.ts";
import { levels, type Occurrence } from "./event.ts";

export interface LogRecord extends Occurrence {
  /** Grows by one from line to line, over all files and restarts. */
  readonly seq: number;
}

const CHARACTERS_MAX = 16 * 1024;
const FIELD_CHARACTERS_MAX = 1000;
const PARAMETERS_MAX = 8;
const PARAMETER_NAME_MAX = 100;

/** No line is longer: JSON may spell one character with six bytes. */
export const LINE_BYTES_MAX = 128 * 1024;

/** The line without its number, which is known only when it is written. */
export function encodeOccurrence(it: Occurrence): string {
  return JSON.stringify(characters(it) <= CHARACTERS_MAX ? it : clipped(it));
}

export const recordLine = (seq: number, body: string): string => `{"seq":${seq},${body.slice(1)}\n`;

/** The record, or undefined for a line that is damaged. */
export function decodeLine(line: string): LogRecord | undefined {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    return undefined; // only foreign or torn text gets here
  }
  return isOccurrence(given) && "seq" in given && Number.isSafeInteger(given.seq) ? (given as LogRecord) : undefined;
}

const kinds: ReadonlySet<unknown> = new Set(objectKinds);
const levelSet: ReadonlySet<unknown> = new Set(levels);

/** For occurrences that come from another process or from a disk. */
export function isOccurrence(given: unknown): given is Occurrence {
  return (
    isObject(given) &&
    Number.isSafeInteger(given.number) &&
    levelSet.has(given.level) &&
    Number.isFinite(given.atMs) &&
    isObject(given.object) &&
    kinds.has(given.object.kind) &&
    typeof given.object.name === "string" &&
    given.object.name.trim() !== "" &&
    typeof given.service === "string" &&
    typeof given.sentence === "string" &&
    typeof given.remedy === "string" &&
    isObject(given.parameters) &&
    Object.values(given.parameters).every((it) => typeof it === "string" || typeof it === "number") &&
    (given.trace === undefined || typeof given.trace === "string") // lines of before there were traces have none
  );
}

function characters(it: Occurrence): number {
  let sum = it.sentence.length + it.remedy.length + it.service.length + it.object.name.length;
  sum += it.trace?.length ?? 0;
  for (const name in it.parameters) sum += name.length + String(it.parameters[name]).length;
  return sum;
}

/** A peer can make a parameter long; the log keeps its beginning. */
function clipped(it: Occurrence): Occurrence {
  const clip = (text: string): string => text.slice(0, FIELD_CHARACTERS_MAX);
  const parameters = Object.entries(it.parameters)
    .slice(0, PARAMETERS_MAX)
    .map(([name, value]) => [name.slice(0, PARAMETER_NAME_MAX), typeof value === "string" ? clip(value) : value]);
  return {
    ...it,
    object: { kind: it.object.kind, name: clip(it.object.name) },
    service: clip(it.service),
    sentence: clip(it.sentence),
    remedy: clip(it.remedy),
    parameters: Object.fromEntries(parameters),
    ...(it.trace !== undefined && { trace: clip(it.trace) }),
  };
}
