import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { DnsResolver } from "./dns-resolver.ts";
import { type DnsTable, dnsServer } from "./testing/dns-server.ts";

async function asking(table: DnsTable, clock = new ManualClock(1)) {
  const server = await dnsServer(table);
  const servers = [{ is: "address", host: "127.0.0.1", port: server.port }] as const;
  return { server, clock, resolver: new DnsResolver({ clock, servers, timeoutMs: 100, tries: 1 }) };
}

test("Exchangers are told with their preference, and the null MX as nobody", async () => {
  const { server, resolver } = await asking({
    "example.org MX": {
      mx: [
        [10, "MX.Example.ORG"],
        [20, "other.test"],
      ],
    },
    "null.test MX": { mx: [[0, ""]] },
  });
  await using _ = server;
  expect(await resolver.exchangers("example.org")).toEqual({
    ok: true,
    value: [
      { host: "mx.example.org", preference: 10 },
      { host: "other.test", preference: 20 },
    ],
  });
  expect(await resolver.exchangers("null.test")).toEqual({ ok: true, value: [{ host: "", preference: 0 }] });
});

test("An answer that does not fit is asked for by TCP", async () => {
  const { server, resolver } = await asking({ "example.org MX": { onlyTcp: { mx: [[10, "mx.test"]] } } });
  await using _ = server;
  expect((await resolver.exchangers("example.org")).ok).toBe(true);
  expect(server.asked).toEqual(["example.org MX udp", "example.org MX tcp"]);
});

test("What is not there is told apart from what cannot be said", async () => {
  const { server, resolver } = await asking({
    "unknown.test MX": "unknown",
    "trouble.test MX": "trouble",
    "silent.test MX": "silence",
    "liar.test MX": { about: "bank.test", says: { mx: [[10, "thief.test"]] } },
  });
  await using _ = server;
  const kind = async (domain: string) => {
    const answer = await resolver.exchangers(domain);
    return answer.ok ? answer.value : answer.error.is;
  };
  expect(await kind("unknown.test")).toBe("none");
  expect(await kind("nothing.test")).toBe("none");
  expect(await kind("trouble.test")).toBe("later");
  expect(await kind("silent.test")).toBe("later");
  expect(await kind("liar.test")).toBe("later");
});

test("Addresses are there when one family has some, and in doubt when the other could not be asked", async () => {
  const { server, resolver } = await asking({
    "four.test A": { a: ["192.0.2.1"] },
    "four.test AAAA": "trouble",
    "doubt.test A": "unknown",
    "doubt.test AAAA": "trouble",
    "gone.test A": "unknown",
    "gone.test AAAA": "unknown",
  });
  await using _ = server;
  expect(await resolver.addresses("four.test")).toEqual({ ok: true, value: ["192.0.2.1"] });
  expect(await resolver.addresses("doubt.test")).toMatchObject({ error: { is: "later" } });
  expect(await resolver.addresses("gone.test")).toMatchObject({ error: { is: "none" } });
});

test("Answers are kept for five minutes, that there is nothing for one, and trouble not at all", async () => {
  const { server, resolver, clock } = await asking({
    "example.org MX": { mx: [[10, "mx.test"]] },
    "gone.test MX": "unknown",
    "trouble.test MX": "trouble",
  });
  await using _ = server;
  const ask = async () => {
    for (const domain of ["example.org", "gone.test", "trouble.test"]) await resolver.exchangers(domain);
    return server.asked.length;
  };
  const first = await ask();
  const again = await ask();
  expect(server.asked.slice(first).every((it) => it.startsWith("trouble.test"))).toBe(true);
  clock.advance(60_000);
  await ask();
  expect(server.asked.slice(again).some((it) => it.startsWith("gone.test"))).toBe(true);
  expect(server.asked.filter((it) => it.startsWith("example.org"))).toHaveLength(1);
  clock.advance(240_000);
  await ask();
  expect(server.asked.filter((it) => it.startsWith("example.org"))).toHaveLength(2);
});
