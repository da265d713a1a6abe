// Paths below the home and patterns with wildcards. Pure: whether a path exists is asked elsewhere.
import { isAbsolute, normalize, sep } from "node:path";
import { type Kind, textual } from "../kind.ts";

/** Relative to the home, or absolute where the user wrote it so; a relative one cannot leave the home. */
export const path: Kind<string, string> = textual(
  "path",
  "a path relative to the home, such as content/www, or an absolute one",
  "content/www",
  (text) => {
    if (text === "" || /[\u0000-\u001f\u007f]/.test(text)) return undefined;
    const plain = normalize(text);
    const shorter = plain.length > 1 && plain.endsWith(sep) ? plain.slice(0, -1) : plain;
    return !isAbsolute(shorter) && shorter.split(sep)[0] === ".." ? undefined : shorter;
  },
  (value) => value,
);

/** `*` for any run of characters, `?` for one; everything else stands for itself. */
export const pattern: Kind<string, string> = textual(
  "pattern",
  "a pattern with * and ?, such as *.example.org, of at most 32 wildcards",
  "*.example.org",
  (text) => (text === "" || /[\u0000-\u001f\u007f]/.test(text) || text.split(/[*?]/).length > 33 ? undefined : text),
  (value) => value,
);

/** Whether `text` fits, letter case aside. One pass with one point to return to, so no input makes it slow. */
export function fitsPattern(patternText: string, text: string): boolean {
  const wanted = patternText.toLowerCase();
  const given = text.toLowerCase();
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (next < given.length) {
    if (wanted[at] === "*") {
      star = at++;
      resume = next;
    } else if (at < wanted.length && (wanted[at] === "?" || wanted[at] === given[next])) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++resume;
    } else return false;
  }
  while (wanted[at] === "*") at++;
  return at === wanted.length;
}
