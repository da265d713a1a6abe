// Text within parameters and within DSNs, in letters that no parser takes for its own (RFC 3461 §4, RFC 6533 §3). Pure.

/** RFC 3461 §4 done. Undefined where it is not written so; small hex digits are forgiven. */
export function decodeXtext(text: string): string | undefined {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-Fa-f]{2})*$/.test(text)) return undefined;
  return text.replaceAll(/\+([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** What is no printable ASCII cannot be said so: it becomes a question mark, as text is never to break a line. */
export const encodeXtext = (text: string): string =>
  text
    .replaceAll(/[^ -~]/gu, "?")
    .replaceAll(/[^!-*,-<>-~]/g, (it) => `+${it.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);

/** RFC 6533 §3 done: the address of the type utf-8, with `\x{263A}` for what the way does not carry. */
export function decodeUtf8Address(text: string): string | undefined {
  let sound = true;
  const decoded = text.replaceAll(/\\x\{([0-9A-Fa-f]{1,6})\}|\\/g, (_, hex: string | undefined) => {
    const value = Number.parseInt(hex ?? "", 16);
    const isLetter = value >= 0x20 && value !== 0x7f && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
    sound &&= isLetter;
    return isLetter ? String.fromCodePoint(value) : "";
  });
  return sound ? decoded : undefined;
}

/** In ASCII, for ways that carry nothing else. */
export const encodeUtf8Address = (text: string): string =>
  text.replaceAll(/[^!-*,-<>-[\]-~]/gu, (it) => `\\x{${(it.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`);
