// Breaks text into lines of so many columns. Wide characters count as two, and nothing is ever cut off.

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** After these a long word, such as a path or a list, is broken rather than anywhere. */
const BREAK_AFTER = /[/,;:=]/;

export const columnsOf = (text: string): number => Bun.stringWidth(text);

export function wrap(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((paragraph) => wrapParagraph(paragraph, Math.max(width, 1)));
}

function wrapParagraph(text: string, width: number): readonly string[] {
  if (columnsOf(text) <= width) return [text];
  const indent = /^ */.exec(text)?.[0] ?? "";
  const lines: string[] = [];
  let line = indent;
  for (const word of wordsOf(text, width)) {
    const joined = line.trim() === "" ? line + word : `${line} ${word}`;
    if (columnsOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line.trim() !== "") lines.push(line);
    const pieces = columnsOf(word) <= width ? [word] : breakWord(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  return [...lines, line];
}

/** A command in backticks or quotes is one word as long as it fits: people copy it from the screen. */
const wordsOf = (text: string, width: number): readonly string[] =>
  (text.match(/[^\s`"]*(`[^`]*`|"inetsrv [^"]*")\S*|\S+/g) ?? []).flatMap((it) =>
    columnsOf(it) <= width ? [it] : it.split(" ").filter((part) => part !== ""),
  );

/** Pieces that fit, each as long as it can be, ending after a separator where one stands in its second half. */
function breakWord(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== "" && columnsOf(piece + segment) > width) {
      const cut = lastBreak(piece);
      pieces.push(piece.slice(0, cut));
      piece = piece.slice(cut);
    }
    piece += segment;
  }
  return [...pieces, piece];
}

function lastBreak(piece: string): number {
  for (let at = piece.length; at > piece.length / 2; at--) if (BREAK_AFTER.test(piece[at - 1] ?? "")) return at;
  return piece.length;
}

export function padTo(text: string, width: number, side: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(width - columnsOf(text), 0));
  return side === "left" ? text + space : space + text;
}
