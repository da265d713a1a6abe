import { expect, test } from "bun:test";
import { corsRow } from "./cors-row.ts";
import { patternsFor } from "./origin.ts";

const printed = (text: string): string | undefined => {
  const decoded = corsRow.decode(text);
  return decoded.ok ? String(corsRow.print(decoded.value)) : undefined;
};

test("a row is written in one way, however it was typed", () => {
  for (const [typed, written] of [
    ["*", "*"],
    ["HTTPS://WWW.Example.org:443", "https://www.example.org"],
    ["http://www.example.org:8080", "http://www.example.org:8080"],
    ["https://*.bücher.example", "https://*.xn--bcher-kva.example"],
    ["http://[::0001]:3000", "http://[::1]:3000"],
    ["http://*", "http://*"],
    ["capacitor://localhost", "capacitor://localhost"],
    [
      " https://a.example  max-age=600s headers=* credentials expose=X-A/X-B methods=PUT/DELETE ",
      "https://a.example credentials methods=PUT/DELETE headers=* expose=X-A/X-B max-age=10m",
    ],
    ["https://a.example deny", "https://a.example deny"],
  ] as const) {
    expect(printed(typed)).toBe(written);
    expect(printed(written)).toBe(written);
  }
});

test("what no browser would send, or would be heeded by none, is no row", () => {
  for (const text of [
    "",
    "null",
    "www.example.org",
    "https://",
    "https://a.example/",
    "https://a.example:99999",
    "https://*:8080",
    "https://a.*.example",
    "https://a.example deny=",
    "https://a.example credentials=true",
    "https://a.example methods",
    "https://a.example methods=PUT//GET",
    "https://a.example methods=PUT methods=GET",
    "https://a.example max-age=2d",
    "https://a.example constructor",
    "https://a.example headers=a:b",
    // With cookies, whoever asks would be believed.
    "* credentials",
    "https://* credentials",
    "https://a.example credentials expose=*",
  ])
    expect([text, printed(text)]).toEqual([text, undefined]);
});

test("of the patterns that an origin fits the closest comes first", () => {
  expect([...patternsFor("https://a.b.example:8443")]).toEqual([
    "https://a.b.example:8443",
    "https://*.b.example:8443",
    "https://*.example:8443",
    "https://*",
    "*",
  ]);
  for (const said of ["null", "", "https://a.example/x", "https://a.example, https://b.example", "x".repeat(9999)])
    expect([...patternsFor(said)]).toEqual(["*"]);
});
