// The host names and addresses a certificate is for, read from its bytes: what a text form of it shows can be forged by
// a name with a comma in it. Pure.
import { addressText } from "../../net/ip-address.ts";
import { normalHostName } from "../../schema/kinds/network.ts";
import { identifiers } from "../der/object-identifiers.ts";
import { below, type DerNode, identifierOf, octetsOf, readDer, tags } from "../der/read-der.ts";

export interface AlternativeNames {
  /** In lower case, without what is no host name. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

/** No real certificate has more. */
const NAMES_MAX = 10_000;

const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
const EXTENSIONS = 0xa3;

/** `raw` is the whole certificate in DER. */
export function alternativeNames(raw: Uint8Array): AlternativeNames {
  const read = readDer(raw);
  const tbs = read.ok ? below(read.value, 0) : undefined;
  const general = generalNames(tbs);
  // Only where there are none at all is the common name a host name (RFC 6125 §6.4.4).
  if (general === undefined) return { names: plainNames(commonNames(tbs)), addresses: [] };
  const names = general.filter(({ tag }) => tag === DNS_NAME).map(({ content }) => textOf(content));
  const addresses = general.filter(({ tag, content }) => tag === IP_ADDRESS && /^(4|16)$/.test(`${content.length}`));
  return { names: plainNames(names), addresses: addresses.map(({ content }) => addressText(content)) };
}

function generalNames(tbs: DerNode | undefined): readonly DerNode[] | undefined {
  const extensions = tbs?.children.find(({ tag }) => tag === EXTENSIONS);
  const extension = below(extensions, 0)?.children.find(
    (it) => identifierOf(below(it, 0)) === identifiers.subjectAltName,
  );
  const value = octetsOf(extension?.children.at(-1));
  const names = value === undefined ? undefined : readDer(value);
  return names?.ok ? names.value.children.slice(0, NAMES_MAX) : undefined;
}

/** The subject stands before the public key, whose place depends on whether the version is told. */
function commonNames(tbs: DerNode | undefined): readonly string[] {
  const subject = tbs?.children.filter(({ tag }) => tag === tags.sequence)[3];
  return (subject?.children ?? [])
    .flatMap(({ children }) => children)
    .filter((it) => identifierOf(below(it, 0)) === identifiers.commonName)
    .map((it) => textOf(below(it, 1)?.content ?? new Uint8Array()));
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

const plainNames = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap((it) => normalHostName(it, true) ?? [])),
];
