// Addresses, address ranges, host names and bindings as IIS wrote them and as people write them. Pure.
import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { type Claim, type Kind, textual } from "../kind.ts";

/** The one spelling of an IP address, or undefined: IPv6 compressed and lower case, without a zone. */
export function normalAddress(text: string): string | undefined {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  if (isIP(bare) === 4) return bare.split(".").map(Number).join(".");
  if (isIP(bare) !== 6 || bare.includes("%")) return undefined;
  return new URL(`http://[${bare}]`).hostname.slice(1, -1);
}

export const address: Kind<string, string> = textual(
  "address",
  "an IPv4 or IPv6 address",
  "192.0.2.1",
  normalAddress,
  (value) => value,
);

export interface AddressRange {
  readonly address: string;
  readonly prefix: number;
}

export const addressRange: Kind<AddressRange, string> = textual(
  "address range",
  "an address or a network such as 192.0.2.0/24 or 2001:db8::/32",
  "192.0.2.0/24",
  (text) => {
    const [base = "", prefixText, more] = text.split("/");
    const parsed = normalAddress(base);
    if (parsed === undefined || more !== undefined) return undefined;
    const longest = parsed.includes(":") ? 128 : 32;
    if (prefixText === undefined) return { address: parsed, prefix: longest };
    const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Number.NaN;
    return prefix <= longest ? { address: parsed, prefix } : undefined;
  },
  ({ address: base, prefix }) => (prefix === (base.includes(":") ? 128 : 32) ? base : `${base}/${prefix}`),
);

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** ASCII form, lower case, without the final dot; undefined when it is not a host name. IDN become xn--. */
export function normalHostName(text: string, wildcard: boolean): string | undefined {
  const starred = wildcard && text.startsWith("*.");
  const plain = (starred ? text.slice(2) : text).replace(/\.$/, "");
  const ascii = /^[\x21-\x7e]*$/.test(plain) ? plain.toLowerCase() : domainToASCII(plain);
  if (ascii === "" || ascii.length > 253 || isIP(ascii) !== 0) return undefined;
  if (!ascii.split(".").every((label) => LABEL.test(label))) return undefined;
  return starred ? `*.${ascii}` : ascii;
}

export function hostName(options: { readonly wildcard?: boolean } = {}): Kind<string, string> {
  const { wildcard = false } = options;
  return textual(
    "host name",
    wildcard ? "a host name such as www.example.org or *.example.org" : "a host name such as www.example.org",
    "www.example.org",
    (text) => normalHostName(text, wildcard),
    (value) => value,
  );
}

/** `address` is "*" for all addresses of the machine; `host` is "" for every name. */
export interface Binding {
  readonly address: string;
  readonly port: number;
  readonly host: string;
}

/** `ip:port:host` with anything left out that may be: ":2525", "*:80:www.example.org", "[::1]:443". */
export function parseBinding(text: string): Binding | undefined {
  const parts = /^(\[[0-9a-fA-F:.]+\]|\*|[0-9.]*):(\d{1,5})(?::(.*))?$/.exec(text);
  if (parts === null) return undefined;
  const [, addressText = "", portText = "", hostText = ""] = parts;
  const port = Number(portText);
  const anywhere = addressText === "" || addressText === "*";
  const bound = anywhere ? "*" : normalAddress(addressText);
  const host = hostText === "" ? "" : normalHostName(hostText, true);
  return bound === undefined || host === undefined || port > 65_535 ? undefined : { address: bound, port, host };
}

export function printBinding({ address: bound, port, host }: Binding): string {
  const shown = bound.includes(":") ? `[${bound}]` : bound;
  return host === "" ? `${shown}:${port}` : `${shown}:${port}:${host}`;
}

export const binding: Kind<Binding, string> = {
  ...textual(
    "binding",
    "address:port or address:port:host, such as *:80, 192.0.2.1:25, [::1]:443 or *:80:www.example.org",
    "*:80:www.example.org",
    parseBinding,
    printBinding,
  ),
  claims: (value) => claimed(value, { secure: false }),
};

/** For protocols that never say in clear which host is meant: of two sites on one address and port only one could answer. */
export const hostlessBinding: Kind<Binding, string> = {
  ...binding,
  claims: (value) => claimed(value, { secure: false, host: "" }),
};

/** TLS from the first byte; the host is named in it, whatever the protocol. */
export const secureBinding: Kind<Binding, string> = {
  ...binding,
  claims: (value) => claimed(value, { secure: true }),
};

/** Port 0 is another one for each. */
const claimed = (value: Binding, more: Pick<Claim, "secure"> & Partial<Claim>): readonly Claim[] =>
  value.port === 0 ? [] : [{ ...value, ...more }];
