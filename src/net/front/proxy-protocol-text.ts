// Version 1 of the PROXY protocol: one line of text, `PROXY TCP4 192.0.2.1 198.51.100.1 56324 25`. Pure; where several
// spellings are thinkable only the one of the specification is taken.
import type { Endpoint } from "../connection.ts";
import { addressBytes, addressText, plainAddress } from "../ip-address.ts";
import { badHeader, more, type ProxyHeader } from "./proxy-header.ts";

/** The longest line there can be, two full IPv6 addresses with `UNKNOWN`, its ending included. */
const LINE_BYTES_MAX = 107;
const START = "PROXY ";
const ADDRESS_BYTES = { TCP4: 4, TCP6: 16 } as const;

export function parseTextProxyHeader(bytes: Uint8Array): ProxyHeader {
  const text = Buffer.from(bytes.subarray(0, LINE_BYTES_MAX)).toString("latin1");
  const [line = "", ...rest] = text.split("\r\n");
  const whole = rest.length > 0;
  if (!START.startsWith(line.slice(0, START.length))) return badHeader("it does not begin with a PROXY header");
  if (!(whole ? /^[\x20-\x7e]*$/ : /^[\x20-\x7e]*\r?$/).test(line)) return badHeader("its line is not plain text");
  if (whole) return parseLine(line);
  return text.length < LINE_BYTES_MAX ? more : badHeader(`its line has no end within ${LINE_BYTES_MAX} bytes`);
}

function parseLine(line: string): ProxyHeader {
  const bytes = line.length + 2;
  if (/^PROXY UNKNOWN( |$)/.test(line)) return { is: "header", bytes, client: undefined };
  const [, protocol, source = "", destination = "", sourcePort = "", destinationPort = ""] =
    /^PROXY (TCP4|TCP6) (\S+) (\S+) (\S+) (\S+)$/.exec(line) ?? [];
  if (protocol !== "TCP4" && protocol !== "TCP6") return badHeader("it is no line of version 1");
  const from = endpoint(source, sourcePort, ADDRESS_BYTES[protocol]);
  const to = endpoint(destination, destinationPort, ADDRESS_BYTES[protocol]);
  if (from === undefined || to === undefined) return badHeader(`it has no two addresses and ports of ${protocol}`);
  return { is: "header", bytes, client: { from, to } };
}

function endpoint(address: string, port: string, length: number): Endpoint | undefined {
  const bytes = addressBytes(address);
  if (bytes?.length !== length || !/^(0|[1-9]\d{0,4})$/.test(port) || Number(port) > 65_535) return undefined;
  return { address: plainAddress(addressText(bytes)), port: Number(port) };
}
