// An article for the terminal: headings stand out right above their text, paragraphs and list items are wrapped, code stays
// as it is. Pure; it reads the plain Markdown that articles are written in and no more.
import { type Line, toned } from "./line.ts";
import { wrap } from "./wrap.ts";

export function markdownLines(text: string, width: number): readonly Line[] {
  const lines: Line[] = [];
  let block: string[] = [];
  let isCode = false;
  let isBelowHeading = false;
  const flush = (): void => {
    lines.push(...blockLines(block.join(" "), width));
    block = [];
  };
  for (const line of text.split("\n")) {
    const startsBlock = /^(#+ |\s*[-*] |\s*\d+\. |\||\s*$|```)/.test(line);
    if (isCode ? line.startsWith("```") : startsBlock) flush();
    if (line.startsWith("```")) isCode = !isCode;
    else if (isCode) lines.push(`  ${line}`);
    else if (line.trim() === "") lines.push(...(isBelowHeading ? [] : [""]));
    else if (line.startsWith("|")) lines.push(line);
    else block.push(block.length === 0 ? line.trimEnd() : line.trim());
    isBelowHeading = line.startsWith("#") && !isCode;
    if (isBelowHeading) flush();
  }
  flush();
  return lines;
}

/** A heading, a list item with its text hanging beside the mark, or a paragraph. */
function blockLines(text: string, width: number): readonly Line[] {
  if (text === "") return [];
  const heading = /^#+ (.*)$/.exec(text)?.[1];
  if (heading !== undefined) return wrap(heading, width).map((it) => toned("strong", it));
  const mark = /^\s*([-*]|\d+\.) /.exec(text)?.[0] ?? "";
  const indent = " ".repeat(mark.length);
  return wrap(text.slice(mark.length), width - mark.length).map((it, at) => (at === 0 ? mark : indent) + it);
}
