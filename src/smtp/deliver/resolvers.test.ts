import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import type { MailHost } from "./mail-host.ts";
import { Resolvers } from "./resolvers.ts";
import { type DnsServer, dnsServer } from "./testing/dns-server.ts";

const at = ({ port }: Pick<DnsServer, "port">): MailHost => ({ is: "address", host: "127.0.0.1", port });

test("Sites with the same name servers share what was answered, and those with others ask theirs", async () => {
  await using one = await dnsServer({ "example.org MX": { mx: [[10, "inside.test"]] } });
  await using other = await dnsServer({ "example.org MX": { mx: [[10, "outside.test"]] } });
  const resolvers = new Resolvers(new ManualClock(1));
  const host = async (server: DnsServer) => {
    const found = await resolvers.for([at(server)]).exchangers("example.org");
    return found.ok ? found.value[0]?.host : found.error;
  };
  expect([await host(one), await host(other), await host(one)]).toEqual(["inside.test", "outside.test", "inside.test"]);
  expect([one.asked.length, other.asked.length]).toEqual([1, 1]);
});

test("Lists that were asked for long ago are forgotten", () => {
  const resolvers = new Resolvers(new ManualClock(1));
  const list = (port: number) => resolvers.for([at({ port })]);
  const [first, second] = [list(1), list(2)];
  for (let port = 3; port <= 20; port++) list(port);
  expect(list(1)).toBe(first);
  list(21);
  expect(list(1)).toBe(first);
  expect(list(2)).not.toBe(second);
});
