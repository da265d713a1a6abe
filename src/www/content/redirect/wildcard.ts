// A pattern of a redirect, made ready once: "*" stands for any run of characters, as long as can be, "?" for one, and the case
// of letters does not count. Pure. The text comes from strangers, so that it is gone through once, from its end.

/** A text with its letters in one case: made once for all patterns that it is held against. */
export class Folded {
  readonly text: string;
  readonly folded: string;

  constructor(text: string) {
    this.text = text;
    this.folded = fold(text);
  }
}

export class Wildcard {
  readonly written: string;
  /** Before the first "*"; all of it where there is none. */
  private readonly head: string;
  /** Between two of them, the last one first. */
  private readonly inner: readonly string[];
  /** Behind the last; undefined where there is none. */
  private readonly tail: string | undefined;

  constructor(written: string) {
    this.written = written;
    const [head = "", ...rest] = fold(written).split("*");
    this.head = head;
    this.tail = rest.pop();
    this.inner = rest.reverse();
  }

  /** What each "*" stands for; undefined where the text does not fit. */
  capture({ text, folded }: Folded): readonly string[] | undefined {
    const { head, inner, tail } = this;
    if (tail === undefined) return text.length === head.length && fitsAt(folded, head, 0) ? [] : undefined;
    let behind = text.length - tail.length;
    if (behind < head.length || !fitsAt(folded, head, 0) || !fitsAt(folded, tail, behind)) return undefined;
    const found: string[] = [];
    // Each as far behind as can be leaves the most to the first "*", then to the next.
    for (const part of inner) {
      const at = lastAt(folded, part, head.length, behind - part.length);
      if (at === undefined) return undefined;
      found.push(text.slice(at + part.length, behind));
      behind = at;
    }
    found.push(text.slice(head.length, behind));
    return found.reverse();
  }
}

/** The last place from `first` to `last` where the part stands. */
function lastAt(text: string, part: string, first: number, last: number): number | undefined {
  if (last < first) return undefined;
  let at = last;
  if (part.includes("?")) while (at >= first && !fitsAt(text, part, at)) at--;
  else at = text.lastIndexOf(part, last);
  return at < first ? undefined : at;
}

const ANY = "?".charCodeAt(0);

function fitsAt(text: string, part: string, at: number): boolean {
  if (at + part.length > text.length) return false;
  for (let next = 0; next < part.length; next++) {
    const letter = part.charCodeAt(next);
    if (letter !== ANY && letter !== text.charCodeAt(at + next)) return false;
  }
  return true;
}

/** Letter by letter, so that a place in it is the same place in the text: "İ" alone would become two. */
const fold = (text: string): string =>
  text
    .split("İ")
    .map((it) => it.toLowerCase())
    .join("İ");
