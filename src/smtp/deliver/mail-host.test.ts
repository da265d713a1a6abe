import { expect, test } from "bun:test";
import fc from "fast-check";
import { mailHosts, parseMailHost, printMailHost } from "./mail-host.ts";

test("Hosts are read as people and IIS write them", () => {
  expect(parseMailHost("Relay.Example.NET")).toEqual({ is: "name", host: "relay.example.net", port: undefined });
  expect(parseMailHost("relay.example.net:587")).toEqual({ is: "name", host: "relay.example.net", port: 587 });
  expect(parseMailHost("[192.0.2.9]")).toEqual({ is: "address", host: "192.0.2.9", port: undefined });
  expect(parseMailHost("192.0.2.9:2525")).toEqual({ is: "address", host: "192.0.2.9", port: 2525 });
  expect(parseMailHost("[IPv6:2001:DB8::9]:25")).toEqual({ is: "address", host: "2001:db8::9", port: 25 });
});

test("What is no host is refused", () => {
  for (const text of [
    "",
    "a b",
    "relay:0",
    "relay:99999",
    "[relay.example.net]",
    "user@relay",
    "relay:25:25",
    "a\r\nb",
  ])
    expect(parseMailHost(text)).toBeUndefined();
  expect(mailHosts.decode("a.test, b test:x").ok).toBe(false);
  expect(mailHosts.decode(Array(17).fill("a.test").join(",")).ok).toBe(false);
});

test("Several stand in one text, and are printed in one spelling that reads the same", () => {
  const read = mailHosts.decode("a.test; [192.0.2.9]:587  b.test");
  expect(read.ok && mailHosts.print(read.value)).toBe("a.test, [192.0.2.9]:587, b.test");
});

test("No text throws, and what is read prints to what reads the same", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."a1.:[]-v6IP".split(""), "::", "255") }), (text) => {
      const read = parseMailHost(text);
      if (read !== undefined) expect(parseMailHost(printMailHost(read))).toEqual(read);
    }),
  );
});
