// A host to which mail is handed, as an operator writes it: a name, an address in brackets, with a port where it is not
// the usual one. Pure; several of them stand in one text, since that is how IIS and people write a smart host.
import { type Kind, textual } from "../../schema/kind.ts";
import { normalAddress, normalHostName } from "../../schema/kinds/network.ts";

export interface MailHost {
  /** A name to be looked up, or an address that is not. */
  readonly is: "name" | "address";
  readonly host: string;
  /** Undefined: the usual port of the site. */
  readonly port: number | undefined;
}

const HOSTS_MAX = 16;

/** `relay.example.net`, `[192.0.2.9]:587`, `[2001:db8::9]`; a bare IPv4 address is one too, whatever IIS made of it. */
export function parseMailHost(text: string): MailHost | undefined {
  const [, bracketed, plain = "", digits] = /^(?:\[([^\]\s]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const address = normalAddress((bracketed ?? plain).replace(/^IPv6:/i, ""));
  if (address !== undefined) return { is: "address", host: address, port };
  const name = bracketed === undefined ? normalHostName(plain, false) : undefined;
  return name === undefined ? undefined : { is: "name", host: name, port };
}

export function printMailHost({ is, host, port }: MailHost): string {
  const shown = is === "address" ? `[${host}]` : host;
  return port === undefined ? shown : `${shown}:${port}`;
}

/** One or several; the next one is asked when those before it do not answer. */
export const mailHosts: Kind<readonly MailHost[], string> = textual(
  "mail hosts",
  "one or several hosts such as relay.example.net, [192.0.2.9] or relay.example.net:587, with commas between them",
  "relay.example.net",
  (text) => {
    const hosts = text.split(/[\s,;]+/).filter((it) => it !== "");
    const read = hosts.map(parseMailHost).filter((it) => it !== undefined);
    return read.length === hosts.length && read.length > 0 && read.length <= HOSTS_MAX ? read : undefined;
  },
  (hosts) => hosts.map(printMailHost).join(", "),
);
