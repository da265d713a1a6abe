// Where a page comes from, as browsers say it, and patterns for that, each in its one spelling. Pure. RFC 6454 §6.2 done.
import { normalAddress, normalHostName } from "../../schema/kinds/network.ts";

export interface Origin {
  readonly scheme: string;
  /** An address of IPv6 in its brackets; in a pattern also "*" or "*.example.org". */
  readonly host: string;
  /** Undefined for the usual one. */
  readonly port: number | undefined;
}

/** For every page, also one that says no more than "null". */
export const EVERYBODY = "*";

const LENGTH_MAX = 300;
const FORM = /^([a-z][a-z0-9+.-]{0,30}):\/\/(\[[0-9a-f:.]+\]|[^/?#@:\s,[\]]{1,253})(?::(\d{1,5}))?$/i;
const usualPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

export function parseOrigin(text: string): Origin | undefined {
  const [, scheme, host, portText] = (text.length <= LENGTH_MAX && FORM.exec(text)) || [];
  if (scheme === undefined || host === undefined) return undefined;
  const lower = scheme.toLowerCase();
  const port = portText === undefined ? undefined : Number(portText);
  return { scheme: lower, host: host.toLowerCase(), port: port === usualPorts[lower] ? undefined : port };
}

export const printOrigin = ({ scheme, host, port }: Origin): string =>
  `${scheme}://${host}${port === undefined ? "" : `:${port}`}`;

/** "*", "https://*", "https://*.example.org" or an origin. */
export function parsePattern(text: string): string | undefined {
  if (text === EVERYBODY) return text;
  const origin = parseOrigin(text);
  if (origin === undefined || (origin.port ?? 1) > 65_535) return undefined;
  if (origin.host === "*") return origin.port === undefined ? printOrigin(origin) : undefined;
  const address = normalAddress(origin.host);
  const shown = address?.includes(":") ? `[${address}]` : address;
  const host = shown ?? normalHostName(origin.host, true);
  return host === undefined ? undefined : printOrigin({ ...origin, host });
}

/** Whether it is for more than those whom somebody knows by name. */
export const isForStrangers = (pattern: string): boolean => pattern.endsWith(EVERYBODY);

/** The patterns that an origin fits, the closest first. */
export function* patternsFor(said: string): Iterable<string> {
  const origin = parseOrigin(said);
  if (origin !== undefined) {
    const { scheme, host } = origin;
    yield printOrigin(origin);
    for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1))
      yield printOrigin({ ...origin, host: `*${host.slice(dot)}` });
    yield `${scheme}://*`;
  }
  yield EVERYBODY;
}
