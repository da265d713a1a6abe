import { expect, test } from "bun:test";
import { createSecureContext } from "node:tls";
import { DAY_MS } from "../judge.ts";
import { chainText, keyText, pairIn } from "../pair.ts";
import { withOpenssl } from "../testing/openssl.ts";
import { pairFor, START_MS } from "../testing/pairs.ts";
import { factsOf } from "./facts.ts";
import { makeSelfSigned } from "./self-signed.ts";

const hosts = ["www.example.org", "*.example.org", "xn--bcher-kva.example", "127.0.0.1", "::1"];

test("a self-signed certificate says what was ordered", () => {
  const [certificate] = pairFor(hosts, 30).certificates;
  expect(factsOf(certificate)).toMatchObject({
    subject: "www.example.org",
    issuer: "www.example.org",
    names: ["www.example.org", "*.example.org", "xn--bcher-kva.example"],
    addresses: ["127.0.0.1", "::1"],
    notAfterMs: START_MS + 30 * DAY_MS,
    notBeforeMs: START_MS - 3_600_000,
    keyKind: "ECDSA P-256",
    selfSigned: true,
  });
});

test("no two have the same serial number, and a handshake can be done with each", () => {
  const pairs = Array.from({ length: 20 }, () => pairFor(["a.example"]));
  expect(new Set(pairs.map((it) => factsOf(it.certificates[0]).serial)).size).toBe(20);
  for (const it of pairs) {
    createSecureContext({ cert: chainText(it), key: keyText(it) });
    expect(pairIn({ certificates: it.certificates, keys: [it.key] }).ok).toBe(true);
  }
});

withOpenssl("openssl accepts it strictly, for each of its names and no other", (openssl) => {
  const fromMs = Date.now() - DAY_MS;
  openssl.write("own.pem", chainText(makeSelfSigned({ hosts, fromMs, untilMs: fromMs + 60 * DAY_MS })));
  const verify = (...words: readonly string[]) =>
    openssl.run("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "own.pem", ...words, "own.pem");
  expect(verify("-verify_hostname", "www.example.org")).toBe("own.pem: OK\n");
  expect(verify("-verify_hostname", "other.example.org")).toBe("own.pem: OK\n");
  expect(verify("-verify_ip", "::1")).toBe("own.pem: OK\n");
  expect(() => verify("-verify_hostname", "www.example.com")).toThrow("hostname mismatch");
});

test("a name longer than a common name may be stands in full among the alternative names", () => {
  const long = `${"a".repeat(60)}.${"b".repeat(60)}.example`;
  const [certificate] = pairFor([long]).certificates;
  expect(factsOf(certificate).names).toEqual([long]);
  expect(factsOf(certificate).subject).toHaveLength(64);
});
