// Base64 as SASL wants it (RFC 4648 §4): its own alphabet only, padded, and in the one spelling that the bytes have. Pure.

const STRICT = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export function decodeBase64(text: string): Uint8Array | undefined {
  if (!STRICT.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  // Bits behind the last byte that are not zero would make two texts of one.
  return bytes.toString("base64") === text ? bytes : undefined;
}

export const encodeBase64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
