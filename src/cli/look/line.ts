// A line to print as spans of text with a tone. Whatever came from outside is made visible here and nowhere else, so
// that no value can move the cursor, forge a line or colour the screen.
import { visible } from "../../event/event.ts";

export type Tone = "good" | "warn" | "bad" | "strong" | "dim";
export type Span = string | { readonly text: string; readonly tone: Tone };
export type Line = Span | readonly Span[];

export const toned = (tone: Tone, text: string): Span => ({ text, tone });

const codes: Readonly<Record<Tone, number>> = { good: 32, warn: 33, bad: 31, strong: 1, dim: 2 };

export const spansOf = (line: Line): readonly Span[] => (typeof line === "string" || "text" in line ? [line] : line);

/** The text without its tones. */
export const plain = (line: Line): string =>
  spansOf(line)
    .map((it) => visible(typeof it === "string" ? it : it.text))
    .join("");

/** The line for a terminal, without white space at its end. */
export function render(line: Line, colour: boolean): string {
  if (!colour) return plain(line).trimEnd();
  const painted = spansOf(line).map((it) =>
    typeof it === "string" ? visible(it) : `\u001b[${codes[it.tone]}m${visible(it.text)}\u001b[0m`,
  );
  return painted.join("").trimEnd();
}
