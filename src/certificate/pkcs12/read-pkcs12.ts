// Reads a PKCS#12 file, as Windows exports a certificate with its key (.pfx, .p12): checks that it is whole and the
// passphrase right, then gives what is in it. Pure; nothing is kept, and keys go only to the caller.
// RFC 7292 §4 partly: files that are opened with a passphrase, which all are that anybody has.
import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { bad, good, type Result } from "../../base/result.ts";
import { identifiers } from "../der/object-identifiers.ts";
import { below, type DerNode, identifierOf, numberOf, octetsOf, readDer, tags } from "../der/read-der.ts";
import type { Material } from "../pair.ts";
import { readCertificate } from "../x509/read-certificate.ts";
import { decrypt } from "./decrypt.ts";
import { passesIntegrityCheck } from "./integrity.ts";
import { type Passphrase, passphrasesOf } from "./key-derivation.ts";

export interface Pkcs12 extends Material {
  /** The name that the exporting machine showed it under; empty when there is none. */
  readonly friendlyName: string;
}

export type Unread =
  | { readonly is: "locked" } // no passphrase, or a wrong one
  | { readonly is: "broken"; readonly because: string };

export function readPkcs12(bytes: Uint8Array, passphrase: string): Result<Pkcs12, Unread> {
  const file = readDer(bytes);
  if (!file.ok) return bad(broken(file.error));
  const content = dataIn(below(file.value, 1));
  if (content === undefined) return bad(broken("it is signed with a certificate rather than a passphrase"));
  const macData = below(file.value, 2);
  for (const it of passphrasesOf(passphrase)) {
    const passed = passesIntegrityCheck(macData, content, it.bmp);
    if (!passed.ok) return bad(broken(passed.error));
    if (!passed.value) continue;
    const read = readSafes(content, it);
    // Where nothing tells whether the passphrase is right, what it cannot open is taken for locked.
    if (read.ok || macData !== undefined) return read;
  }
  return bad({ is: "locked" });
}

/** Whether the bytes are such a file at all. */
export function isPkcs12(bytes: Uint8Array): boolean {
  const file = readDer(bytes);
  return file.ok && file.value.tag === tags.sequence && numberOf(below(file.value, 0)) === VERSION_3;
}

const VERSION_3 = 3;

const broken = (because: string): Unread => ({ is: "broken", because });

/** The octets of a ContentInfo of the type data. */
const dataIn = (info: DerNode | undefined): Uint8Array | undefined =>
  identifierOf(below(info, 0)) === identifiers.data ? octetsOf(below(info, 1, 0)) : undefined;

function readSafes(content: Uint8Array, passphrase: Passphrase): Result<Pkcs12, Unread> {
  const safes = readDer(content);
  if (!safes.ok) return bad(broken(safes.error));
  const found: Found = { certificates: [], keys: [], friendlyName: "" };
  for (const safe of safes.value.children) {
    const inside = openSafe(safe, passphrase);
    if (!inside.ok) return bad(broken(inside.error));
    const bags = readDer(inside.value);
    // The integrity check has passed, so it is no wrong passphrase.
    if (!bags.ok) return bad(broken(bags.error));
    const flaw = readBags(bags.value.children, passphrase, found, NESTED_MAX);
    if (flaw !== undefined) return bad(broken(flaw));
  }
  return good(found);
}

/** A safe lies open, or is encrypted as a whole; one for the holder of a key is refused. */
function openSafe(safe: DerNode, passphrase: Passphrase): Result<Uint8Array, string> {
  const plain = dataIn(safe);
  if (plain !== undefined) return good(plain);
  const info = below(safe, 1, 0, 1);
  if (identifierOf(below(safe, 0)) !== identifiers.encryptedData)
    return bad("a part of it is not encrypted with a passphrase");
  return decrypt(below(info, 1), octetsOf(below(info, 2)), passphrase);
}

interface Found {
  readonly certificates: X509Certificate[];
  readonly keys: KeyObject[];
  friendlyName: string;
}

const NESTED_MAX = 4;

/** Adds what the bags hold; says what is wrong with one. */
function readBags(bags: readonly DerNode[], passphrase: Passphrase, found: Found, depth: number): string | undefined {
  if (depth === 0) return `it is nested more than ${NESTED_MAX} deep`;
  for (const bag of bags) {
    const flaw = readBag(bag, passphrase, found, depth);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function readBag(bag: DerNode, passphrase: Passphrase, found: Found, depth: number): string | undefined {
  const value = below(bag, 1, 0);
  switch (identifierOf(below(bag, 0))) {
    case identifiers.keyBag:
      found.friendlyName ||= friendlyName(bag);
      return addKey(value?.raw, found);
    case identifiers.shroudedKeyBag: {
      found.friendlyName ||= friendlyName(bag);
      const opened = decrypt(below(value, 0), octetsOf(below(value, 1)), passphrase);
      return opened.ok ? addKey(opened.value, found) : opened.error;
    }
    case identifiers.certificateBag:
      return addCertificate(value, found);
    case identifiers.safeContentsBag:
      return readBags(value?.children ?? [], passphrase, found, depth - 1);
    default: // lists of revoked certificates and secrets of other programs are not for us
      return undefined;
  }
}

function addKey(der: Uint8Array | undefined, found: Found): string | undefined {
  try {
    found.keys.push(createPrivateKey({ key: Buffer.from(der ?? []), format: "der", type: "pkcs8" }));
    return undefined;
  } catch {
    return "a private key in it is broken or of an unknown kind";
  }
}

function addCertificate(bag: DerNode | undefined, found: Found): string | undefined {
  if (identifierOf(below(bag, 0)) !== identifiers.x509Certificate) return undefined;
  const certificate = readCertificate(Buffer.from(octetsOf(below(bag, 1, 0)) ?? []));
  if (certificate === undefined) return "a certificate in it is damaged or has a key of an unknown kind";
  found.certificates.push(certificate);
  return undefined;
}

function friendlyName(bag: DerNode): string {
  const attribute = below(bag, 2)?.children.find((it) => identifierOf(below(it, 0)) === identifiers.friendlyName);
  const text = below(attribute, 1, 0);
  return text?.tag === tags.bmpString ? new TextDecoder("utf-16be").decode(text.content) : "";
}
