// Reads the header with which a proxy begins a connection, in both versions of the PROXY protocol that HAProxy defined.
// Pure and strict: it is told all bytes so far, and takes nothing from them but the header.
import { badHeader, more, type ProxyHeader } from "./proxy-header.ts";
import { binaryBytesMax, parseBinaryProxyHeader } from "./proxy-protocol-binary.ts";
import { parseTextProxyHeader } from "./proxy-protocol-text.ts";

/** No header is longer: with so many bytes the answer is never "more". */
export const PROXY_HEADER_BYTES_MAX = binaryBytesMax;

/** The versions differ in their first byte. */
export function parseProxyHeader(bytes: Uint8Array): ProxyHeader {
  switch (bytes[0]) {
    case undefined:
      return more;
    case 0x50: // P
      return parseTextProxyHeader(bytes);
    case 0x0d: // CR
      return parseBinaryProxyHeader(bytes);
    default:
      return badHeader("it does not begin with a PROXY header");
  }
}
