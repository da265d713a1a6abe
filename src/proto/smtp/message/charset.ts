// Bytes to text, in whatever character set they are said or found to be in. It never fails: what cannot be read becomes
// the replacement character, and a character set that nobody knows is read as the one that old mailers meant.

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes in a header that no encoded word explains: UTF-8 when they are (RFC 6532), else what Windows wrote. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return decodeIn("windows-1252", bytes);
  }
}

export function decodeIn(charset: string, bytes: Uint8Array): string {
  const decoder = decoderFor(charset);
  return decoder === undefined ? decodeText(bytes) : decoder.decode(bytes);
}

/** A label from outside: the platform throws at one that it does not know. */
function decoderFor(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset as Bun.Encoding, { ignoreBOM: true }); // any label may be tried; the types list the usual ones
  } catch {
    return undefined;
  }
}
