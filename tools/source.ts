// A source file taken apart into code, comments and string literals, for the tools that check or list what is written.
// It knows just enough of the grammar to tell these three apart; it is no parser and reports no syntax error.
import { dirname, join } from "node:path";

export interface Source {
  /** Relative to the project, with "/" on every system. */
  readonly path: string;
  readonly text: string;
  /** The text with comments, string contents and patterns blanked: same length, same lines. */
  readonly code: string;
  /** The text with everything but comments blanked. */
  readonly comments: string;
  readonly strings: readonly Literal[];
}

/** A string literal, or one fixed piece of a template, as written between its quotes. */
export interface Literal {
  readonly value: string;
  /** Where the value begins, after the quote. */
  readonly at: number;
}

export const root = dirname(import.meta.dir);

export async function readSources(folders: readonly string[], below = root): Promise<readonly Source[]> {
  const paths = await Array.fromAsync(
    new Bun.Glob(`{${folders.join(",")}}/**/*.{ts,mjs}`).scan({ cwd: below, onlyFiles: true }),
  );
  const portable = paths.map((path) => path.replaceAll("\\", "/")).sort();
  return Promise.all(portable.map(async (path) => source(path, await Bun.file(join(below, path)).text())));
}

export const isTest = (file: Source): boolean => file.path.endsWith(".test.ts");

export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

export function source(path: string, text: string): Source {
  const code = [...blank(text)];
  const comments = [...code];
  const strings: Literal[] = [];
  /** For each template we are inside of: the depth of braces within its `${`. */
  const templates: number[] = [];

  const keep = (into: string[], from: number, to: number) => {
    for (let at = from; at < to; at++) into[at] = text.charAt(at);
  };
  /** Reads a template's fixed text from `from` to its end or to the next `${`; answers where code goes on. */
  const templatePiece = (from: number): number => {
    const end = endOf(text, from, /`|\$\{/g);
    strings.push({ value: text.slice(from, end), at: from });
    const opens = text.startsWith("${", end);
    if (opens) templates.push(0);
    const next = Math.min(end + (opens ? 2 : 1), text.length);
    keep(code, end, next);
    return next;
  };

  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    const pair = text.slice(at, at + 2);
    if (pair === "//" || pair === "/*") {
      const close = text.indexOf(pair === "//" ? "\n" : "*/", at + 2);
      const end = close < 0 ? text.length : pair === "//" ? close : close + 2;
      keep(comments, at, end);
      at = end;
    } else if (character === '"' || character === "'") {
      const end = endOf(text, at + 1, character === '"' ? /["\n]/g : /['\n]/g);
      strings.push({ value: text.slice(at + 1, end), at: at + 1 });
      code[at] = character;
      if (end < text.length) code[end] = text.charAt(end);
      at = end + 1;
    } else if (character === "/" && patternMayFollow(code.slice(Math.max(0, at - 200), at).join(""))) {
      at = endOfPattern(text, at + 1);
    } else {
      code[at++] = character;
      const depth = templates.at(-1);
      if (character === "`") at = templatePiece(at);
      else if (character === "{" && depth !== undefined) templates[templates.length - 1] = depth + 1;
      else if (character === "}" && depth !== undefined) {
        if (depth > 0) templates[templates.length - 1] = depth - 1;
        else {
          templates.pop();
          at = templatePiece(at);
        }
      }
    }
  }
  return { path, text, code: code.join(""), comments: comments.join(""), strings };
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ");

/** The first place at or after `from` where `stop` matches and no backslash stands before it. */
function endOf(text: string, from: number, stop: RegExp): number {
  const step = new RegExp(`\\\\[\\s\\S]|${stop.source}`, "g");
  step.lastIndex = from;
  for (let match = step.exec(text); match !== null; match = step.exec(text))
    if (!match[0].startsWith("\\")) return match.index;
  return text.length;
}

/** A slash begins a pattern after an operator, an opening bracket or a keyword; after a value it divides. */
function patternMayFollow(before: string): boolean {
  const trimmed = before.trimEnd();
  if (trimmed === "" || /[(,=:[!&|?{;+\-*%~^<>]$/.test(trimmed)) return true;
  return /\b(return|typeof|case|in|of|throw|await|yield|else|do|void|delete)$/.test(trimmed);
}

function endOfPattern(text: string, from: number): number {
  const step = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\n\\])*\]|\/[a-z]*|\n/g;
  step.lastIndex = from;
  for (let match = step.exec(text); match !== null; match = step.exec(text))
    if (match[0].startsWith("/") || match[0] === "\n") return step.lastIndex - (match[0] === "\n" ? 1 : 0);
  return text.length;
}
