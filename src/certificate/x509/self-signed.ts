// A certificate that nobody vouches for, made here for trial: with the right names, so that a client that is told to
// trust it does. RFC 5280 §4.1. Only the key is left to chance here; all else is handed in.
import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";
import { addressBytes } from "../../net/ip-address.ts";
import { identifiers } from "../der/object-identifiers.ts";
import {
  bitString,
  boolean,
  der,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from "../der/write-der.ts";
import type { Pair } from "../pair.ts";

export interface SelfSignedOrder {
  /** Host names in lower-case ASCII, and IP addresses; at least one. */
  readonly hosts: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
}

/** ECDSA on P-256: every client knows it, and a handshake costs a tenth of RSA's. */
export function makeSelfSigned(order: SelfSignedOrder): Pair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const publicInfo = publicKey.export({ type: "spki", format: "der" });
  const body = toBeSigned(order, publicInfo);
  const signature = sign("sha256", body, privateKey);
  const certificate = sequence(body, signatureAlgorithm, bitString(signature));
  return { certificates: [new X509Certificate(Buffer.from(certificate))], key: privateKey };
}

const signatureAlgorithm = sequence(objectIdentifier(identifiers.ecdsaWithSha256));
const VERSION_3 = Uint8Array.of(2);
const SERIAL_OCTETS = 16;

function toBeSigned({ hosts, fromMs, untilMs }: SelfSignedOrder, publicInfo: Uint8Array): Uint8Array {
  const name = distinguishedName(hosts[0] ?? "");
  return sequence(
    explicit(0, integer(VERSION_3)),
    integer(randomBytes(SERIAL_OCTETS)),
    signatureAlgorithm,
    name,
    sequence(time(fromMs), time(untilMs)),
    name,
    publicInfo,
    explicit(3, sequence(...extensions(hosts, publicInfo))),
  );
}

/** A common name has at most 64 characters (RFC 5280 §A.1); clients look at the alternative names anyway. */
const distinguishedName = (host: string): Uint8Array =>
  sequence(set(sequence(objectIdentifier(identifiers.commonName), utf8String(host.slice(0, 64)))));

function extensions(hosts: readonly string[], publicInfo: Uint8Array): readonly Uint8Array[] {
  const keyIdentifier = createHash("sha1").update(publicInfo).digest();
  return [
    // No authority: whoever trusts this certificate trusts nothing that its key might sign.
    extension(identifiers.basicConstraints, sequence(), "critical"),
    extension(identifiers.keyUsage, bitString(DIGITAL_SIGNATURE, 7), "critical"),
    extension(identifiers.extKeyUsage, sequence(objectIdentifier(identifiers.serverAuth))),
    extension(identifiers.subjectKeyIdentifier, octetString(keyIdentifier)),
    extension(identifiers.subjectAltName, sequence(...hosts.map(generalName))),
  ];
}

const DIGITAL_SIGNATURE = Uint8Array.of(0x80);

const extension = (identifier: string, value: Uint8Array, weight?: "critical"): Uint8Array =>
  sequence(objectIdentifier(identifier), ...(weight === undefined ? [] : [boolean(true)]), octetString(value));

/** RFC 5280 §4.2.1.6: [2] is a host name, [7] an address. */
function generalName(host: string): Uint8Array {
  const address = addressBytes(host);
  return address === undefined ? der(0x82, Buffer.from(host, "latin1")) : der(0x87, address);
}
