import { expect, test } from "bun:test";
import { expectGood } from "../base/result.ts";
import { DAY_MS, dayOf, judge } from "./judge.ts";
import { type Pair, pairIn } from "./pair.ts";
import { readMaterial } from "./read-material.ts";
import { keyKinds, type Openssl, withOpenssl } from "./testing/openssl.ts";
import { pairFor, START_MS } from "./testing/pairs.ts";

const found = (pair: Pair, nowMs: number, options = {}) =>
  judge(pair, { nowMs, ...options }).map(({ is, weight }) => `${weight}: ${is}`);
const pairOf = (openssl: Openssl, ...names: readonly string[]): Pair =>
  expectGood(pairIn(expectGood(readMaterial(names.map((name) => ({ name, bytes: openssl.read(name) }))))));

test("the days of a certificate decide what clients make of it", () => {
  const pair = pairFor(["a.example"], 30, 1);
  expect(found(pair, START_MS)).toEqual(["bad: not-yet-valid"]);
  expect(found(pair, START_MS + 2 * DAY_MS)).toEqual([]);
  expect(found(pair, START_MS + 20 * DAY_MS, { daysMin: 11 })).toEqual(["bad: ends-soon"]);
  expect(found(pair, START_MS + 20 * DAY_MS, { daysMin: 10 })).toEqual([]);
  expect(judge(pair, { nowMs: START_MS + 30 * DAY_MS })).toEqual([
    { is: "expired", weight: "bad", because: `it has expired on ${dayOf(START_MS + 30 * DAY_MS)}` },
  ]);
});

test("names that it is to answer for and does not hold are told", () => {
  const pair = pairFor(["www.example.org", "*.example.org"]);
  const names = ["www.example.org", "mail.example.org", "a.b.example.org", "example.org"];
  expect(judge(pair, { nowMs: START_MS, names })).toEqual([
    { is: "name-missing", weight: "remark", because: "it does not hold a.b.example.org, example.org" },
  ]);
});

withOpenssl("short keys and old signatures are told, and good ones of each kind are not", (openssl) => {
  openssl.make("short", { key: ["-newkey", "rsa:1024"], names: ["DNS:a.example"] });
  openssl.make("shortest", { key: ["-newkey", "rsa:512"], names: ["DNS:a.example"] });
  openssl.make("old", { names: ["DNS:a.example"], more: ["-sha1"] });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp224r1"];
  openssl.make("odd", { key: curve, names: ["DNS:a.example"] });
  const flaws = (name: string) => found(pairOf(openssl, `${name}.pem`, `${name}.key`), Date.now());
  expect(flaws("short")).toEqual(["remark: weak"]);
  expect(flaws("shortest")).toEqual(["unfit: unfit", "remark: weak"]);
  expect(flaws("old")).toEqual(["remark: weak"]);
  expect(flaws("odd")).toEqual(["unfit: unfit"]);
  for (const [name, key] of Object.entries(keyKinds)) openssl.make(name, { key, names: ["DNS:a.example"] });
  for (const name of Object.keys(keyKinds)) expect([name, flaws(name)]).toEqual([name, []]);
});

withOpenssl("a chain without the certificate of its issuer is incomplete", (openssl) => {
  openssl.makeChain();
  const alone = judge(pairOf(openssl, "leaf.pem", "leaf.key"), { nowMs: Date.now() });
  expect(alone.map((it) => it.because)).toEqual(["the certificate of its issuer (middle) is missing"]);
  const above = judge(pairOf(openssl, "leaf.pem", "leaf.key", "middle.pem"), { nowMs: Date.now() });
  expect(above.map((it) => it.because)).toEqual(["the certificate of its issuer (root) is missing"]);
});
