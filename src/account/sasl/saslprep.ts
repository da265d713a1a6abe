// Names and passwords in the one spelling in which they are compared, as clients type one text in several ways. Pure.

/** RFC 3454 §B.1: characters that are commonly mapped to nothing. */
const NOTHING = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200b-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/gu;
/** RFC 3454 §C.1.2. */
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu;
/** RFC 4013 §2.3: control, private, non-character, surrogate, and what changes display or is tagging. */
const PROHIBITED = new RegExp(
  [
    String.raw`[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]`,
    String.raw`\u0340|\u0341|\u06dd|\u070f|\u180e|\u200e|\u200f|[\u2028-\u202e]|[\u2061-\u2063]|[\u206a-\u206f]`,
    String.raw`[\u2ff0-\u2ffb]|[\ufff9-\ufffd]|[\u{1d173}-\u{1d17a}]|\u{e0001}|[\u{e0020}-\u{e007f}]`,
  ].join("|"),
  "u",
);
/** RFC 3454 §D.1, by the scripts that are written from right to left. */
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;

/**
 * RFC 4013 partly: characters that came after Unicode 3.2 are taken too, as people have them in their passwords.
 * Undefined when the text holds what none may hold.
 */
export function saslprep(text: string): string | undefined {
  const prepared = text.replaceAll(NOTHING, "").replaceAll(SPACES, " ").normalize("NFKC");
  return PROHIBITED.test(prepared) || !readsOneWay(prepared) ? undefined : prepared;
}

/** RFC 3454 §6: text from right to left begins and ends so, and holds no letter of the other direction. */
function readsOneWay(text: string): boolean {
  if (!RIGHT_TO_LEFT.test(text)) return true;
  const characters = [...text];
  const isOther = (it: string): boolean => /\p{L}/u.test(it) && !RIGHT_TO_LEFT.test(it);
  const ends = [characters[0] ?? "", characters.at(-1) ?? ""];
  return ends.every((it) => RIGHT_TO_LEFT.test(it)) && !characters.some(isOther);
}
