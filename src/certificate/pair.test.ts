import { expect } from "bun:test";
import { expectGood } from "../base/result.ts";
import { chainText, type Material, pairIn } from "./pair.ts";
import { readMaterial } from "./read-material.ts";
import { keyKinds, type Openssl, withOpenssl } from "./testing/openssl.ts";
import { factsOf } from "./x509/facts.ts";

const materialOf = (openssl: Openssl, ...names: readonly string[]): Material =>
  expectGood(readMaterial(names.map((name) => ({ name, bytes: openssl.read(name) }))));
const subjects = (material: Material) => expectGood(pairIn(material)).certificates.map((it) => factsOf(it).subject);

withOpenssl(
  "the chain begins with the certificate of the key and leaves the root out, whatever the order",
  (openssl) => {
    openssl.makeChain();
    const orders = [
      ["leaf.key", "root.pem", "middle.pem", "leaf.pem"],
      ["leaf.pem", "middle.pem", "root.pem", "leaf.key"],
      ["middle.pem", "leaf.key", "leaf.pem"],
    ];
    for (const order of orders) expect(subjects(materialOf(openssl, ...order))).toEqual(["leaf", "middle"]);
    const pair = expectGood(pairIn(materialOf(openssl, "leaf.key", "leaf.pem", "middle.pem", "root.pem")));
    openssl.write("chain.pem", chainText(pair));
    expect(openssl.run("verify", "-CAfile", "root.pem", "-untrusted", "chain.pem", "chain.pem")).toBe(
      "chain.pem: OK\n",
    );
  },
);

withOpenssl("certificates that belong to another chain are left out", (openssl) => {
  openssl.makeChain();
  openssl.make("stranger");
  expect(subjects(materialOf(openssl, "stranger.pem", "leaf.pem", "leaf.key"))).toEqual(["leaf"]);
  expect(subjects(materialOf(openssl, "root.pem", "stranger.pem", "stranger.key"))).toEqual(["stranger"]);
});

withOpenssl("keys of each kind find their certificate", (openssl) => {
  for (const [name, key] of Object.entries(keyKinds)) openssl.make(name, { key });
  const all = Object.keys(keyKinds).map((it) => `${it}.pem`);
  for (const name of Object.keys(keyKinds))
    expect(subjects(materialOf(openssl, ...all, `${name}.key`))).toEqual([name]);
});

withOpenssl("why there is no pair is said exactly", (openssl) => {
  openssl.make("one");
  openssl.make("two");
  const why = (...names: readonly string[]) => {
    const pair = pairIn(materialOf(openssl, ...names));
    return pair.ok ? "a pair" : pair.error;
  };
  expect(why("one.pem")).toBe("there is no private key in it");
  expect(why("one.key")).toBe("there is no certificate in it");
  expect(why("one.key", "two.pem")).toBe("the key (ECDSA P-256) is not that of the certificate (two)");
  expect(why("one.key", "one.pem", "two.key", "two.pem")).toBe(
    "there are several keys with certificates in it, such as those of one and two",
  );
  expect(why("one.key", "one.key", "one.pem")).toBe("a pair");
});
