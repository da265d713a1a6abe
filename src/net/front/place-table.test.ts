import { expect, test } from "bun:test";
import { PlaceTable, type Route } from "./place-table.ts";

const route = (more: Partial<Route> = {}): Route => ({ tag: 1, address: "*", host: "", secure: false, ...more });

test("an address of its own goes before all addresses of its family, and these before all", () => {
  const table = new PlaceTable<string>();
  table.add(route(), "all");
  table.add(route({ address: "0.0.0.0" }), "ipv4");
  table.add(route({ address: "192.0.2.1" }), "one");
  const at = (address: string, tag = 1) => table.at(tag, address)?.standing;
  expect([at("192.0.2.1"), at("192.0.2.2"), at("2001:db8::1"), at("192.0.2.1", 2)]).toEqual([
    "one",
    "ipv4",
    "all",
    undefined,
  ]);
});

test("a name finds the site that has it, then the nearest wildcard, then whoever takes every name", () => {
  const table = new PlaceTable<string>();
  table.add(route({ host: "www.example.org" }), "www");
  table.add(route({ host: "*.example.org" }), "below");
  table.add(route({ host: "*.deep.example.org" }), "deep");
  const named = (host: string) => table.at(1, "127.0.0.1")?.named(host);
  expect(named("WWW.example.org.")).toBe("www");
  expect(named("a.example.org")).toBe("below");
  expect(named("a.b.deep.example.org")).toBe("deep");
  expect(named("www.example.org")).toBe("www");
  expect(named("example.org")).toBeUndefined();
  expect(table.at(1, "127.0.0.1")?.standing).toBe("deep");
  table.add(route(), "every");
  expect(named("example.org")).toBe("every");
  expect(table.at(1, "127.0.0.1")?.standing).toBe("every");
});

test("who answers where no name was said is the same one, however the sites have come and changed", () => {
  const hosts = ["b.example", "a.example", "c.example"];
  for (const order of [hosts, hosts.toReversed()]) {
    const table = new PlaceTable<string>();
    const standing = () => table.at(1, "::1")?.standing;
    for (const host of order) table.add(route({ host }), host);
    for (const host of order) {
      table.remove(route({ host }), host);
      expect(standing()).toBe(host === "a.example" ? "b.example" : "a.example");
      table.add(route({ host }), host);
      expect(standing()).toBe("a.example");
    }
    table.add(route(), "every");
    expect(standing()).toBe("every");
    table.remove(route(), "every");
    expect(standing()).toBe("a.example");
  }
});

test("a place that nobody has any more is gone, and what is taken away twice harms nobody", () => {
  const table = new PlaceTable<string>();
  table.add(route({ host: "a" }), "first");
  table.add(route({ host: "a" }), "second");
  table.remove(route({ host: "a" }), "first");
  table.remove(route({ host: "a" }), "first");
  expect(table.at(1, "::1")?.named("a")).toBe("second");
  table.remove(route({ host: "a" }), "second");
  expect(table.at(1, "::1")).toBeUndefined();
});

test("a wildcard that goes, also twice, leaves the others where they are", () => {
  const table = new PlaceTable<string>();
  table.add(route({ host: "*.a.example" }), "first");
  table.add(route({ host: "*.a.example" }), "second");
  table.add(route({ host: "*.b.example" }), "other");
  const named = (host: string) => table.at(1, "::1")?.named(host);
  table.remove(route({ host: "*.a.example" }), "first");
  expect(named("x.a.example")).toBe("second");
  for (let time = 0; time < 2; time++) table.remove(route({ host: "*.a.example" }), "second");
  expect([named("x.a.example"), named("x.b.example")]).toEqual([undefined, "other"]);
});

test("where TLS comes in place of clear text, what still leaves in clear takes nothing of it", () => {
  const table = new PlaceTable<string>();
  table.add(route(), "clear");
  table.add(route({ secure: true }), "secure");
  table.remove(route(), "clear");
  expect(table.at(1, "::1")?.secure).toBe(true);
  expect(table.at(1, "::1")?.standing).toBe("secure");
});
