import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { keyKinds, withOpenssl } from "../testing/openssl.ts";
import { pairFor } from "../testing/pairs.ts";
import { alternativeNames } from "./alternative-names.ts";
import { factsOf } from "./facts.ts";

withOpenssl("names are those in the certificate, in lower case, without what is no host name", (openssl) => {
  openssl.make("many", { names: ["DNS:WWW.Example.org", "DNS:*.example.org", "IP:192.0.2.1", "DNS:a b", "email:x@y"] });
  const facts = factsOf(new X509Certificate(openssl.read("many.pem")));
  expect([facts.names, facts.addresses]).toEqual([["www.example.org", "*.example.org"], ["192.0.2.1"]]);
});

withOpenssl("the common name is a host name only where there are no others", (openssl) => {
  openssl.make("bare", { subject: "/O=An Organisation/CN=Mail.Example.org" });
  expect(factsOf(new X509Certificate(openssl.read("bare.pem")))).toMatchObject({
    names: ["mail.example.org"],
    subject: "Mail.Example.org (An Organisation)",
    selfSigned: true,
  });
  openssl.make("person", { subject: "/CN=Anna Muster" });
  expect(factsOf(new X509Certificate(openssl.read("person.pem"))).names).toEqual([]);
});

withOpenssl("the kind of every key is told, and who signed whom", (openssl) => {
  openssl.make("authority");
  for (const [name, key] of Object.entries(keyKinds)) openssl.make(name, { key, issuer: "authority" });
  const facts = (name: string) => factsOf(new X509Certificate(openssl.read(`${name}.pem`)));
  expect(Object.keys(keyKinds).map((it) => facts(it).keyKind)).toEqual(["ECDSA P-256", "RSA 2048", "Ed25519"]);
  expect([facts("rsa").issuer, facts("rsa").selfSigned]).toEqual(["authority", false]);
  const printed = openssl.run("x509", "-in", "rsa.pem", "-noout", "-fingerprint", "-sha256", "-serial");
  expect(printed).toContain(`=${facts("rsa").fingerprint}\n`);
  expect(printed).toContain(`=${facts("rsa").serial}\n`);
});

test("bytes of a certificate that were changed give other names or none, and never throw", () => {
  const { raw } = pairFor(["a.example", "192.0.2.1"]).certificates[0];
  fc.assert(
    fc.property(fc.nat({ max: raw.length - 1 }), fc.nat({ max: 255 }), (at, octet) => {
      const changed = Uint8Array.from(raw);
      changed[at] = octet;
      expect(alternativeNames(changed).names.every((it) => it === it.toLowerCase())).toBe(true);
      alternativeNames(changed.subarray(0, at));
    }),
  );
});
