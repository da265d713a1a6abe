// Prints for each RFC what is done, partly done, refused or only referred to, with file and line, from the source itself.
// It judges nothing: what it says is what somebody wrote beside the code. `--json` gives the same for machines.
//
// A reference is `RFC 3207 §4` in a comment, or the field `rfc: "3977 §6.1.1"` of a command row. A bare `§4.2` belongs to
// the RFC named last before it in the file. The word right after a section is its status:
//   RFC 3207 §4 done                      it is carried out here; a command row says so without the word
//   RFC 3207 §4 partly: no pipelining     with what is missing
//   RFC 3207 §4 refused: nobody needs it  with the reason
// Without a word it is a reference: the reason for a line, no claim.
import { isTest, lineAt, readSources, type Source } from "./source.ts";

export const statuses = ["done", "partly", "refused", "referenced"] as const;
export type Status = (typeof statuses)[number];

export interface Reference {
  readonly rfc: number;
  /** "6.1.1"; empty for the RFC as a whole. */
  readonly section: string;
  readonly status: Status;
  /** What is missing, or why it is refused. */
  readonly reason: string;
  readonly file: string;
  readonly line: number;
}

const reference = /\bRFC (\d+)(?: §(\w+(?:\.\w+)*))?|§(\w+(?:\.\w+)*)/g;
const statusAfter = /^ (done|partly|refused)\b(?:: *(\S(?: ?[^ \n])*))?/;

export function referencesIn(file: Source): readonly Reference[] {
  const { text, rows } = readable(file);
  let rfc: number | undefined;
  return [...text.matchAll(reference)].flatMap((match) => {
    const [whole, number, section = "", bare] = match;
    if (number !== undefined) rfc = Number(number);
    if (rfc === undefined) return [];
    const end = match.index + whole.length;
    const [, status, reason = ""] = statusAfter.exec(text.slice(end)) ?? [];
    const byItself = rows.some(([from, to]) => from <= match.index && end <= to) ? "done" : "referenced";
    return {
      rfc,
      section: bare ?? section,
      status: statuses.find((it) => it === status) ?? byItself,
      reason: reason.replace(/\s*\*\/$/, ""),
      file: file.path,
      line: lineAt(text, match.index),
    };
  });
}

/** The comments, with the fields of command rows written among them as if they were comments. */
function readable(file: Source): { readonly text: string; readonly rows: readonly (readonly [number, number])[] } {
  let text = file.comments;
  const fields = isTest(file) ? [] : file.strings.filter((it) => /\brfc:\s*["'`]$/.test(file.code.slice(0, it.at)));
  const word = "RFC "; // takes the place of `c: "`, so that every position stays
  const rows = fields.map(({ value, at }) => {
    text = text.slice(0, at - word.length) + word + value + text.slice(at + value.length);
    return [at - word.length, at + value.length] as const;
  });
  return { text, rows };
}

/** By RFC, section, status and place; sections by their numbers, so that §10 comes after §9. */
export const inOrder = (references: readonly Reference[]): readonly Reference[] =>
  references.toSorted(
    (a, b) =>
      a.rfc - b.rfc ||
      a.section.localeCompare(b.section, "en", { numeric: true }) ||
      statuses.indexOf(a.status) - statuses.indexOf(b.status) ||
      a.file.localeCompare(b.file, "en") ||
      a.line - b.line,
  );

/** What is printed for people: a heading per RFC with its counts, a line per reference. */
export function report(references: readonly Reference[]): string {
  const byRfc = Map.groupBy(inOrder(references), (it) => it.rfc);
  const parts = [...byRfc].map(([rfc, all]) => {
    const counts = statuses.flatMap((status) => {
      const count = all.filter((it) => it.status === status).length;
      return count > 0 ? [`${count} ${status}`] : [];
    });
    const lines = all.map(({ section, status, reason, file, line }) =>
      `  ${(section && `§${section}`).padEnd(12)} ${status.padEnd(10)} ${file}:${line}  ${reason}`.trimEnd(),
    );
    return [`RFC ${rfc}: ${counts.join(", ")}`, ...lines].join("\n");
  });
  return parts.join("\n\n");
}

if (import.meta.main) {
  const references = (await readSources(["src"])).flatMap(referencesIn);
  console.log(process.argv.includes("--json") ? JSON.stringify(inOrder(references), null, 2) : report(references));
}
