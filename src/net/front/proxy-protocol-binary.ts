// Version 2 of the PROXY protocol: sixteen fixed bytes, the two ends, and further fields that nobody needs here. Pure;
// fields are passed over, but must fit to the byte.
import type { Endpoint } from "../connection.ts";
import { addressText, plainAddress } from "../ip-address.ts";
import { badHeader, more, type ProxyHeader } from "./proxy-header.ts";

/** No text of any protocol begins so. */
const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const FIXED_BYTES = 16;
/** Room for a few names and a client certificate's; the field could say 65,535. */
const REST_BYTES_MAX = 2048;
export const binaryBytesMax = FIXED_BYTES + REST_BYTES_MAX;

/** The address bytes of a stream over this family; datagrams and sockets of a file system do not come here. */
const addressBytesOf: Readonly<Record<number, 4 | 16>> = { 17: 4, 33: 16 };
const UNSPECIFIED = 0x00;
/** The proxy's own connection, whatever else the header says. */
const LOCAL = 0x20;
const PROXY = 0x21;

export function parseBinaryProxyHeader(bytes: Uint8Array): ProxyHeader {
  if (SIGNATURE.some((byte, at) => at < bytes.length && bytes[at] !== byte))
    return badHeader("it does not begin with a PROXY header");
  const [command, family] = bytes.subarray(SIGNATURE.length);
  if (command === undefined) return more;
  if (command !== LOCAL && command !== PROXY)
    return badHeader(`its version and command are ${hex(command)}, and not ${hex(LOCAL)} or ${hex(PROXY)}`);
  if (family === undefined) return more;
  const own = command === LOCAL || family === UNSPECIFIED;
  const addressBytes = own ? 0 : addressBytesOf[family];
  if (addressBytes === undefined) return badHeader(`its family ${hex(family)} is not TCP over IPv4 or IPv6`);
  if (bytes.length < FIXED_BYTES) return more;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const restBytes = view.getUint16(14);
  const endsBytes = own ? 0 : addressBytes * 2 + 4;
  if (restBytes > REST_BYTES_MAX) return badHeader(`it has ${restBytes} bytes, and ${REST_BYTES_MAX} are taken`);
  if (restBytes < endsBytes) return badHeader(`it has ${restBytes} bytes, and its addresses need ${endsBytes}`);
  const end = FIXED_BYTES + restBytes;
  if (bytes.length < end) return more;
  if (own) return { is: "header", bytes: end, client: undefined };
  if (!fieldsFit(view, FIXED_BYTES + endsBytes, end)) return badHeader("its fields do not fit into it");
  const portsAt = FIXED_BYTES + addressBytes * 2;
  const endpoint = (at: number, portAt: number): Endpoint => ({
    address: plainAddress(addressText(bytes.subarray(at, at + addressBytes))),
    port: view.getUint16(portAt),
  });
  const from = endpoint(FIXED_BYTES, portsAt);
  const to = endpoint(FIXED_BYTES + addressBytes, portsAt + 2);
  return { is: "header", bytes: end, client: { from, to } };
}

/** Each field is a type, a length of two bytes, and so many bytes. */
function fieldsFit(view: DataView, from: number, end: number): boolean {
  let at = from;
  while (at + 3 <= end) at += 3 + view.getUint16(at + 1);
  return at === end;
}

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, "0")}`;
