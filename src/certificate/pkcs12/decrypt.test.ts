import { expect, test } from "bun:test";
import { expectGood } from "../../base/result.ts";
import { below, octetsOf, readDer } from "../der/read-der.ts";
import { integer, objectIdentifier, octetString, sequence } from "../der/write-der.ts";
import { type Openssl, withOpenssl } from "../testing/openssl.ts";
import { decrypt } from "./decrypt.ts";
import { passphrasesOf } from "./key-derivation.ts";

const [passphrase = { text: "", bmp: new Uint8Array() }] = passphrasesOf("geheim ü");

/** A key locked by openssl in one way, and what we make of it. */
function opened(openssl: Openssl, ...way: readonly string[]) {
  const [to, out] = [
    ["-topk8", "-outform", "DER", "-passout", "pass:geheim ü"],
    ["-out", "locked.p8"],
  ];
  openssl.run("pkcs8", ...to, "-in", "own.key", ...way, ...out);
  const locked = expectGood(readDer(openssl.read("locked.p8")));
  return decrypt(below(locked, 0), octetsOf(below(locked, 1)), passphrase);
}

withOpenssl("each cipher and each way to derive its key is opened, the one that is not told among them", (openssl) => {
  openssl.make("own");
  openssl.run("pkcs8", "-topk8", "-nocrypt", "-in", "own.key", "-outform", "DER", "-out", "clear.p8");
  const clear = openssl.read("clear.p8");
  for (const hash of ["hmacWithSHA1", "hmacWithSHA256", "hmacWithSHA384", "hmacWithSHA512"])
    for (const cipher of ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des-ede3-cbc"]) {
      const bytes = expectGood(opened(openssl, "-v2", cipher, "-v2prf", hash));
      expect([hash, cipher, Buffer.from(bytes).equals(clear)]).toEqual([hash, cipher, true]);
    }
});

withOpenssl("a way that we do not know is named, and not tried", (openssl) => {
  openssl.make("own");
  const why = (...way: readonly string[]) => {
    const it = opened(openssl, ...way);
    return it.ok ? "opened" : it.error;
  };
  expect(why("-v2", "camellia-256-cbc")).toBe(
    "it is encrypted with a cipher we do not know (1.2.392.200011.61.1.1.1.4)",
  );
  expect(why("-scrypt")).toBe("its key is derived in a way we do not know (1.3.6.1.4.1.11591.4.11)");
});

test("rounds that would keep us busy for long are refused before the first", () => {
  const rounds = (count: number) => {
    const salt = octetString(new Uint8Array(8));
    const octets = Uint8Array.of(count >> 24, count >> 16, count >> 8, count);
    const scheme = sequence(objectIdentifier("1.2.840.113549.1.12.1.3"), sequence(salt, integer(octets)));
    const it = decrypt(expectGood(readDer(scheme)), new Uint8Array(8), passphrase);
    return it.ok ? "opened" : it.error;
  };
  expect([rounds(0), rounds(6_000_000)]).toEqual(Array(2).fill("the parameters of its encryption are broken"));
  expect(rounds(1)).toBe("a part of it cannot be decrypted with the passphrase that the rest takes");
});
