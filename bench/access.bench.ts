// What it costs to ask who may connect: one look at the rules whatever their number, one connection through the gate,
// and the memory of a worker that a million addresses attack.

import { heapStats } from "bun:jsc";
import { seeded, systemClock } from "../src/base/clock.ts";
import { reporter } from "../src/event/event.ts";
import { AccessGates } from "../src/net/access/access-gates.ts";
import { AddressRules } from "../src/net/access/address-rules.ts";
import { addressWords, type Family, readAddress } from "../src/net/access/address-words.ts";
import { accessValues } from "../src/net/access/testing/gate-rig.ts";
import type { AccessRule } from "../src/schema/kinds/access.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const LOOKUPS = 1_000_000;
const ATTACKERS = 1_000_000;

export const benches: readonly Bench[] = [
  {
    name: "access-rules",
    measures:
      "One lookup among so many rules, half of them IPv4 and half IPv6, for addresses of which half are named: with the " +
      "text of the address read, and alone. `make ms` is what a change of the rules costs.",
    run: async () => [0, 100, 10_000, 20_000].map(lookups),
  },
  {
    name: "access-gate",
    measures:
      "One connection let in and left again, from different addresses; with 10,000 rules and a rate, without either, and " +
      "refused. `held MiB` is what the heap holds after a million addresses came, rules included.",
    run: async () => [
      visits("no rule, no rate", {}),
      visits("10,000 rules, a rate", limited),
      visits("refused", { access: ["deny *"] }),
    ],
  },
];

const random = seeded(1);
const below = (count: number): number => Math.floor(random() * count);

const ipv4 = (first: number): string => [first, below(256), below(256), below(256)].join(".");
const ipv6 = (first: number): string =>
  `2001:${[first, below(65_536), below(65_536), below(65_536), below(65_536)].map((it) => it.toString(16)).join(":")}::1`;

/** Networks and single addresses, as lists against abuse have them. */
const rules = (count: number): readonly AccessRule[] =>
  Array.from({ length: count }, (_, index) => ({
    allows: index % 3 === 0,
    range:
      index % 2 === 0
        ? { address: ipv4(below(112)), prefix: 16 + below(17) }
        : { address: ipv6(below(8)), prefix: 32 + below(97) },
  }));

function lookups(count: number): Row {
  const list = rules(count);
  const begun = performance.now();
  const made = new AddressRules(list, "allow");
  const makeMs = performance.now() - begun;
  const named = list.flatMap(({ range }) => (range === "*" ? [] : [range.address]));
  const asked = (v6: boolean): readonly string[] =>
    Array.from({ length: 1024 }, (_, index) => {
      const other = v6 ? ipv6(below(16)) : ipv4(below(224));
      const listed = named[(2 * below(named.length / 2) + (v6 ? 1 : 0)) % named.length];
      return index % 2 === 0 ? (listed ?? other) : other;
    });
  return {
    rules: count,
    "make ms": makeMs,
    "IPv4 ns": each(asked(false), (text, words) => look(made, text, words)),
    "IPv4 alone ns": alone(made, asked(false)),
    "IPv6 ns": each(asked(true), (text, words) => look(made, text, words)),
    "IPv6 alone ns": alone(made, asked(true)),
  };
}

function look(made: AddressRules, text: string, words: Uint32Array): boolean {
  const family = readAddress(text, words);
  return family !== undefined && made.allows(family, words);
}

function each(texts: readonly string[], ask: (text: string, words: Uint32Array) => boolean): number {
  const words = addressWords();
  return nanoseconds((round) => ask(texts[round % texts.length] ?? "", words));
}

function alone(made: AddressRules, texts: readonly string[]): number {
  const read = texts.map((text): { readonly family: Family; readonly words: Uint32Array } => {
    const words = addressWords();
    return { family: readAddress(text, words) ?? "ipv4", words };
  });
  return nanoseconds((round) => {
    const it = read[round % read.length];
    return it !== undefined && made.allows(it.family, it.words);
  });
}

/** For one of many; the answers are used, so that none of them is left out. */
function nanoseconds(ask: (round: number) => boolean): number {
  let yes = 0;
  for (let round = 0; round < LOOKUPS / 10; round++) if (ask(round)) yes++; // until the code is warm
  const begun = performance.now();
  for (let round = 0; round < LOOKUPS; round++) if (ask(round)) yes++;
  const took = performance.now() - begun;
  if (yes > 2 * LOOKUPS) throw new Error("more answers than questions");
  return (took * 1e6) / LOOKUPS;
}

const limited = {
  access: rules(10_000).map(({ allows, range }) => {
    const named = range === "*" ? range : `${range.address}/${range.prefix}`;
    return `${allows ? "allow" : "deny"} ${named}`;
  }),
  connectionRate: "60 per 1m",
};

function visits(what: string, written: Parameters<typeof accessValues>[0]): Row {
  const before = heapBytes();
  const report = reporter("bench", Date.now, () => {});
  const gates = new AccessGates({ service: "bench", clock: systemClock, randomness: Math.random, report });
  const gate = gates.open("bench/sites/a", accessValues(written));
  const addresses = Array.from({ length: 4096 }, () => ipv4(120 + below(100)));
  const come = (address: string): boolean => {
    const admission = gate.admit(address);
    if (admission.is === "in") admission.leave();
    return admission.is === "in";
  };
  const visitNs = nanoseconds((round) => come(addresses[round & 4095] ?? ""));
  const begun = performance.now();
  for (let index = 0; index < ATTACKERS; index++) come(`${120 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.7`);
  const attackMs = performance.now() - begun;
  const grown = heapBytes() - before;
  gate.close();
  return { what, "visit ns": visitNs, "a million addresses ms": attackMs, "held MiB": grown / 2 ** 20 };
}

function heapBytes(): number {
  Bun.gc(true);
  const { heapSize, extraMemorySize } = heapStats();
  return heapSize + extraMemorySize;
}
