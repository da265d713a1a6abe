// What the runtime's YAML reader does not tell: the line where a text stops being YAML, and a name that stands twice,
// of which it would take the last and say nothing. Both are found by reading the text again with a part of it changed.
import { messageOf } from "../base/thrown.ts";

/** The 1-based line with which a text that cannot be read stops being readable. */
export function brokenLine(text: string): number {
  const lines = text.split("\n");
  const parsesUpTo = (line: number): boolean => parses(lines.slice(0, line).join("\n"));
  // A text that ends inside brackets or quotes is broken there, and whole again some lines later.
  const reach = lines.length > LONG_TEXT_LINES ? 0 : 8;
  return firstBroken(lines.length, (middle, broken) =>
    lines.keys().find((it) => it >= middle && it <= middle + reach && it < broken && parsesUpTo(it)),
  );
}

/** Where a text with braces and quoted names stops being JSON; undefined where it is meant for YAML, or may be read. */
export function brokenJson(text: string): { form: "JSON"; line: number; because: string } | undefined {
  if (!/^\s*\{\s*"/.test(text)) return undefined;
  const because = flawOfJson(text);
  if (because === undefined) return undefined;
  const lines = text.split("\n");
  const line = firstBroken(lines.length, (middle) => {
    const flaw = flawOfJson(lines.slice(0, middle).join("\n"));
    // What only wants more to follow is broken no earlier than where it follows.
    return flaw === undefined || /end of file$|to terminate multi-line comment$/.test(flaw) ? middle : undefined;
  });
  return { form: "JSON", line, because };
}

/** Of so many lines, which are broken together; `wholeAt` gives one from `middle` on up to which they are whole. */
function firstBroken(count: number, wholeAt: (middle: number, broken: number) => number | undefined): number {
  let whole = 0;
  let broken = count;
  while (broken - whole > 1) {
    const middle = Math.floor((whole + broken) / 2);
    const found = wholeAt(middle, broken);
    if (found === undefined) broken = middle;
    else whole = found;
  }
  return broken;
}

function flawOfJson(text: string): string | undefined {
  try {
    Bun.JSONC.parse(text);
    return undefined;
  } catch (error) {
    return parserSays(error);
  }
}

/** What a reader of the runtime has against a text. */
export const parserSays = (error: unknown): string => messageOf(error).replace(/^\w+ Parse error: /, "");

const LONG_TEXT_LINES = 10_000;

function parses(text: string): boolean {
  try {
    Bun.YAML.parse(text);
    return true;
  } catch {
    return false; // that is what was asked
  }
}

export interface Repeated {
  readonly name: string;
  readonly line: number;
  readonly firstLine: number;
}

const NAMED = /^( *(?:- +)*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#&*!|>%@`[\]{},-][^#]*?) *:(?= |$)/;
const CANDIDATES_MAX = 20;

/** The first name that stands twice in one mapping of a text that parses, where each stands on a line of its own. */
export function repeatedName(text: string): Repeated | undefined {
  const lines = text.split("\n");
  const open = new Map<number, Map<string, number>>();
  let candidates = 0;
  for (const [at, line] of lines.entries()) {
    const [, before, raw] = NAMED.exec(line) ?? [];
    if (before === undefined || raw === undefined) continue;
    const isItem = before.includes("-");
    for (const column of open.keys())
      if (column > before.length || (isItem && column === before.length)) open.delete(column);
    const names = open.get(before.length) ?? new Map<string, number>();
    open.set(before.length, names);
    const name = raw.replace(/^(["'])(.*)\1$/s, "$2");
    const first = names.get(name);
    names.set(name, at);
    // It looks so in a long text too, where it is none; the reader decides.
    if (first === undefined || candidates++ >= CANDIDATES_MAX || !isName(lines, at, before, raw)) continue;
    return { name, line: at + 1, firstLine: first + 1 };
  }
  return undefined;
}

const EMPTY_CANDIDATES_MAX = 20;

/** The first name with nothing behind it: the reader takes it for null, which would take a whole entry away. */
export function emptyName(text: string): { readonly name: string; readonly line: number } | undefined {
  const lines = text.split("\n");
  let candidates = 0;
  for (const [at, line] of lines.entries()) {
    const [whole, before, raw] = NAMED.exec(line) ?? [];
    if (whole === undefined || before === undefined || raw === undefined) continue;
    if (!/^\s*(#.*)?$/.test(line.slice(whole.length)) || hasMoreBelow(lines, at, before)) continue;
    // It looks so in a long text too, where it is none; the reader decides.
    if (candidates++ >= EMPTY_CANDIDATES_MAX || !isName(lines, at, before, raw)) continue;
    return { name: raw.replace(/^(["'])(.*)\1$/s, "$2"), line: at + 1 };
  }
  return undefined;
}

/** Lines that belong to the name: deeper ones, or a list at its own depth. */
function hasMoreBelow(lines: readonly string[], at: number, before: string): boolean {
  for (let next = at + 1; next < lines.length; next++) {
    const line = lines[next] ?? "";
    if (/^\s*(#.*)?$/.test(line)) continue;
    const depth = line.length - line.trimStart().length;
    return depth > before.length || (depth === before.length && line.trimStart().startsWith("- "));
  }
  return false;
}

/** Whether the reader takes it for a name: renamed, it is one that was not there before. */
function isName(lines: readonly string[], at: number, before: string, raw: string): boolean {
  const marker = "renamed-to-see-whether-it-is-a-name";
  const renamed = lines.with(at, before + marker + (lines[at] ?? "").slice(before.length + raw.length));
  try {
    return hasName(Bun.YAML.parse(renamed.join("\n")), marker);
  } catch {
    return false; // then it is a part of something else
  }
}

const hasName = (value: unknown, name: string): boolean =>
  typeof value === "object" &&
  value !== null &&
  (Object.hasOwn(value, name) || Object.values(value).some((it) => hasName(it, name)));
