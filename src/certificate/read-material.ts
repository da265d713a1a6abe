// Certificates and keys out of the files people have: PEM in one or several, PKCS#12, or bare DER. What is read is
// handed to the caller only; no message repeats any of it.
import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { bad, good, type Result } from "../base/result.ts";
import { type PemBlock, readPem, writePem } from "../schema/kinds/pem.ts";
import type { Material } from "./pair.ts";
import { isPkcs12, readPkcs12 } from "./pkcs12/read-pkcs12.ts";
import { readCertificate } from "./x509/read-certificate.ts";

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Unreadable {
  /** "locked": it needs a passphrase, or another than the one that was given. */
  readonly is: "locked" | "broken";
  readonly file: string;
  readonly because: string;
}

/** No file with a certificate is as large. */
export const FILE_BYTES_MAX = 1024 * 1024;

/** All that the files hold together. */
export function readMaterial(files: readonly GivenFile[], passphrase?: string): Result<Material, Unreadable> {
  const certificates: X509Certificate[] = [];
  const keys: KeyObject[] = [];
  for (const { name, bytes } of files) {
    const read = readOne(bytes, passphrase);
    if (!read.ok) return bad({ ...read.error, file: name });
    certificates.push(...read.value.certificates);
    keys.push(...read.value.keys);
  }
  return good({ certificates, keys });
}

const UNREADABLE = "a certificate in it is damaged or has a key of an unknown kind";

type Unread = Omit<Unreadable, "file">;
const broken = (because: string): Result<never, Unread> => bad({ is: "broken", because });

function readOne(bytes: Uint8Array, passphrase: string | undefined): Result<Material, Unread> {
  if (bytes.length > FILE_BYTES_MAX) return broken(`it has more than ${FILE_BYTES_MAX} bytes`);
  const text = Buffer.from(bytes).toString("latin1");
  if (text.includes("-----BEGIN ")) return readText(text, passphrase);
  if (isPkcs12(bytes)) {
    const read = readPkcs12(bytes, passphrase ?? "");
    if (read.ok) return read;
    return read.error.is === "broken" ? broken(read.error.because) : locked(passphrase);
  }
  return readBare(Buffer.from(bytes));
}

const locked = (passphrase: string | undefined): Result<never, Unread> =>
  bad({
    is: "locked",
    because: passphrase === undefined ? "it is locked with a passphrase" : "the passphrase does not open it",
  });

function readText(text: string, passphrase: string | undefined): Result<Material, Unread> {
  const blocks = readPem(text);
  if (blocks === undefined) return broken("a PEM block in it is cut off or damaged");
  const certificates: X509Certificate[] = [];
  const keys: KeyObject[] = [];
  for (const block of blocks) {
    if (block.label === "CERTIFICATE") {
      const certificate = readCertificate(writePem(block));
      if (certificate === undefined) return broken(UNREADABLE);
      certificates.push(certificate);
    } else if (/^((RSA|EC|ENCRYPTED) )?PRIVATE KEY$/.test(block.label)) {
      const key = readKey(block, passphrase);
      if (!key.ok) return key;
      keys.push(key.value);
    }
  }
  return good({ certificates, keys });
}

function readKey(block: PemBlock, passphrase: string | undefined): Result<KeyObject, Unread> {
  const isEncrypted = block.label.startsWith("ENCRYPTED") || block.headers.some((it) => it.includes("ENCRYPTED"));
  const options = passphrase === undefined ? {} : { passphrase };
  const key = tried(() => createPrivateKey({ key: writePem(block), ...options }));
  if (key !== undefined) return good(key);
  return isEncrypted ? locked(passphrase) : broken("a private key in it is damaged or of an unknown kind");
}

/** DER without anything around it, as Windows saves a certificate alone (.cer). */
function readBare(bytes: Buffer): Result<Material, Unread> {
  const certificate = readCertificate(bytes);
  if (certificate !== undefined) return good({ certificates: [certificate], keys: [] });
  const key = tried(() => createPrivateKey({ key: bytes, format: "der", type: "pkcs8" }));
  return key === undefined ? broken("it is neither PEM nor PKCS#12") : good({ certificates: [], keys: [key] });
}

/** What the runtime makes of the bytes, which may be anything. */
function tried<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
