import { expect, test } from "bun:test";
import { expectGood } from "../../base/result.ts";
import { pairIn } from "../pair.ts";
import { keyKinds, type Openssl, withOpenssl } from "../testing/openssl.ts";
import { factsOf } from "../x509/facts.ts";
import { isPkcs12, readPkcs12 } from "./read-pkcs12.ts";

/** As Windows and others have written it over the years. */
const schemes: Readonly<Record<string, readonly string[]>> = {
  "AES-256, as all write now": [],
  "RC2-40 and 3DES, as Windows wrote until Server 2016": ["-legacy"],
  "3DES for both": ["-legacy", "-certpbe", "PBE-SHA1-3DES"],
  "RC2-128, and 3DES with two keys": ["-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-2DES"],
  "AES-128 and AES-192 with a check by SHA-512": [
    "-certpbe",
    "AES-128-CBC",
    "-keypbe",
    "AES-192-CBC",
    "-macalg",
    "sha512",
  ],
  "certificates in clear": ["-certpbe", "NONE"],
  "nothing encrypted": ["-certpbe", "NONE", "-keypbe", "NONE"],
  "no integrity check": ["-nomac"],
};
const passphrase = "geheim ü €";

function exported(openssl: Openssl, options: readonly string[], secret = passphrase): Buffer {
  const from = ["-in", "leaf.pem", "-inkey", "leaf.key", "-certfile", "middle.pem", "-name", "Mein Zertifikat ü"];
  openssl.run("pkcs12", "-export", ...from, "-passout", `pass:${secret}`, ...options, "-out", "out.p12");
  return openssl.read("out.p12");
}

withOpenssl("every way in which a PKCS#12 file was ever encrypted is read", (openssl) => {
  openssl.makeChain();
  for (const [scheme, options] of Object.entries(schemes)) {
    const bytes = exported(openssl, options);
    expect([scheme, isPkcs12(bytes)]).toEqual([scheme, true]);
    const read = expectGood(readPkcs12(bytes, passphrase));
    const pair = expectGood(pairIn(read));
    expect([scheme, read.friendlyName]).toEqual([scheme, "Mein Zertifikat ü"]);
    expect(pair.certificates.map((it) => factsOf(it).subject)).toEqual(["leaf", "middle"]);
  }
});

withOpenssl("a wrong passphrase is told from a broken file", (openssl) => {
  openssl.makeChain();
  for (const [scheme, options] of Object.entries(schemes)) {
    const read = readPkcs12(exported(openssl, options), "wrong");
    expect([scheme, read]).toEqual([scheme, { ok: false, error: { is: "locked" } }]);
  }
});

withOpenssl("an empty passphrase is a passphrase too", (openssl) => {
  openssl.makeChain();
  for (const options of [[], ["-legacy"]]) expect(readPkcs12(exported(openssl, options, ""), "").ok).toBe(true);
});

withOpenssl("keys of each kind come out as they went in", (openssl) => {
  for (const [name, key] of Object.entries(keyKinds)) {
    openssl.makeChain(key);
    const pair = expectGood(pairIn(expectGood(readPkcs12(exported(openssl, ["-legacy"]), passphrase))));
    openssl.run("pkey", "-in", "leaf.key", "-out", "plain.key");
    const own = pair.key.export({ type: "pkcs8", format: "pem" }).toString();
    expect([name, own]).toEqual([name, openssl.read("plain.key").toString()]);
  }
});

withOpenssl("a file that is cut or changed anywhere is refused and never throws", (openssl) => {
  openssl.makeChain();
  const bytes = exported(openssl, ["-certpbe", "NONE", "-keypbe", "NONE", "-macalg", "sha256"]);
  const step = 7;
  for (let at = 0; at < bytes.length; at += step) {
    expect(readPkcs12(bytes.subarray(0, at), passphrase).ok).toBe(false);
    const changed = Uint8Array.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x55;
    // The salt counts, and so does every octet under the check; a name of a kind that is not looked at need not.
    const read = readPkcs12(changed, passphrase);
    if (read.ok) expect(pairIn(read.value).ok).toBe(true);
  }
});

test("what is no such file is none", () => {
  for (const text of ["", "-----BEGIN CERTIFICATE-----", "\u0030\u0003\u0002\u0001\u0001"])
    expect(isPkcs12(Buffer.from(text, "latin1"))).toBe(false);
});
