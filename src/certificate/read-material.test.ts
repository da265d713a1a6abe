import { expect, test } from "bun:test";
import fc from "fast-check";
import { isServingCertificate } from "../ipc/serving-certificate.ts";
import { judge } from "./judge.ts";
import { servingOf, versionOf } from "./keeper/certificate-entry.ts";
import { chainText, keyText, pairIn } from "./pair.ts";
import { FILE_BYTES_MAX, readMaterial } from "./read-material.ts";
import { keyKinds, type Openssl, withOpenssl } from "./testing/openssl.ts";
import { pairFor, START_MS } from "./testing/pairs.ts";

const read = (bytes: Uint8Array | string, passphrase?: string) =>
  readMaterial([{ name: "file", bytes: Buffer.from(bytes) }], passphrase);
const counts = (bytes: Uint8Array, passphrase?: string) => {
  const it = read(bytes, passphrase);
  return it.ok ? [it.value.certificates.length, it.value.keys.length] : it.error.because;
};

withOpenssl("chain and key are read from one file and from several, as PEM and as DER", (openssl) => {
  openssl.make("own", { key: keyKinds.rsa });
  expect(counts(openssl.read("own.pem", "own.key"))).toEqual([1, 1]);
  expect(counts(openssl.read("own.key", "own.pem", "own.pem"))).toEqual([2, 1]);
  openssl.run("x509", "-in", "own.pem", "-outform", "DER", "-out", "own.cer");
  expect(counts(openssl.read("own.cer"))).toEqual([1, 0]);
  openssl.run("pkcs8", "-topk8", "-nocrypt", "-in", "own.key", "-outform", "DER", "-out", "own.p8");
  expect(counts(openssl.read("own.p8"))).toEqual([0, 1]);
  openssl.run("rsa", "-in", "own.key", "-traditional", "-out", "old.key");
  expect(counts(openssl.read("old.key"))).toEqual([0, 1]);
});

/** Ways to lock a key that are in use. */
const locks: Readonly<Record<string, (openssl: Openssl) => void>> = {
  "PKCS#8 with AES": (it) => it.run("pkcs8", "-topk8", "-v2", "aes-256-cbc", ...locked, "-passout", "pass:right ü"),
  "PKCS#8 with 3DES": (it) => it.run("pkcs8", "-topk8", "-v2", "des3", ...locked, "-passout", "pass:right ü"),
  "headers of old": (it) => it.run("ec", "-aes256", ...locked, "-passout", "pass:right ü"),
};
const locked = ["-in", "own.key", "-out", "locked.key"];

withOpenssl("a locked key opens with its passphrase, and says so without it or with another", (openssl) => {
  openssl.make("own");
  for (const [name, lock] of Object.entries(locks)) {
    lock(openssl);
    const bytes = openssl.read("locked.key");
    expect([name, counts(bytes, "right ü")]).toEqual([name, [0, 1]]);
    expect([name, counts(bytes)]).toEqual([name, "it is locked with a passphrase"]);
    expect([name, counts(bytes, "wrong")]).toEqual([name, "the passphrase does not open it"]);
  }
});

test("what is read back is what was written", () => {
  const pair = pairFor(["a.example"]);
  const again = read(chainText(pair) + keyText(pair));
  const found = again.ok ? pairIn(again.value) : again;
  expect(found.ok && [chainText(found.value), keyText(found.value)]).toEqual([chainText(pair), keyText(pair)]);
});

test("a file that is none of these is told by its name, and nothing of it is repeated", () => {
  expect(read("secret words")).toEqual({
    ok: false,
    error: { is: "broken", file: "file", because: "it is neither PEM nor PKCS#12" },
  });
  expect(counts(Buffer.alloc(FILE_BYTES_MAX + 1))).toBe(`it has more than ${FILE_BYTES_MAX} bytes`);
  const cut = chainText(pairFor(["a.example"])).slice(0, -20);
  expect(counts(Buffer.from(cut))).toBe("a PEM block in it is cut off or damaged");
});

test("whatever octet of a certificate is changed, nothing throws, and what serves passes the door of a worker", () => {
  const { certificates, key } = pairFor(["a.example", "192.0.2.1"]);
  const { raw } = certificates[0];
  fc.assert(
    fc.property(fc.nat({ max: raw.length - 1 }), fc.nat({ max: 255 }), (at, octet) => {
      const changed = Buffer.from(raw);
      changed[at] = octet;
      const material = read(changed);
      const pair = material.ok ? pairIn({ ...material.value, keys: [key] }) : material;
      if (!pair.ok) return;
      judge(pair.value, { nowMs: START_MS, names: ["b.example"] });
      expect(isServingCertificate(servingOf("a", versionOf(pair.value, []), 1))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("no bytes throw, and no cut of a good file gives a pair", () => {
  const pair = pairFor(["a.example"]);
  const whole = Buffer.from(chainText(pair) + keyText(pair));
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 2 }), (end) => {
      const cut = read(whole.subarray(0, end));
      expect(cut.ok && pairIn(cut.value).ok).toBe(false);
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void read(bytes)));
});
