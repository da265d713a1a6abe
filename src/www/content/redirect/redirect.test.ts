import { expect, test } from "bun:test";
import { encodePath, type RedirectRules, redirectTo } from "./redirect.ts";
import { parseRedirectRow, printRedirectRow } from "./redirect-row.ts";
import { Wildcard } from "./wildcard.ts";

const usual: RedirectRules = { destination: undefined, exact: false, childOnly: false, status: 302, rows: [] };
const asked = (below: string, query = "", path = below) => ({ below, path, query });
const to = (destination: string, more: Partial<RedirectRules> = {}): RedirectRules => ({
  ...usual,
  destination,
  ...more,
});

test("path and query are put behind the destination", () => {
  const rules = to("https://new.example/base/");
  expect(redirectTo(rules, asked("/a b.htm", "x=1"))).toBe("https://new.example/base/a%20b.htm?x=1");
  expect(redirectTo(to("/there"), asked("/"))).toBe("/there/");
});

test("an exact destination is taken as it is", () => {
  expect(redirectTo(to("/moved.htm", { exact: true }), asked("/a/b.htm", "x=1"))).toBe("/moved.htm");
});

test("with child-only what lies deeper is left alone", () => {
  const rules = to("/x", { childOnly: true });
  expect(redirectTo(rules, asked("/a.htm"))).toBe("/x/a.htm");
  expect(redirectTo(rules, asked("/sub/a.htm"))).toBeUndefined();
});

test("variables stand for query, suffix and path", () => {
  const said = asked("/b.htm", "q=2", "/app/b.htm");
  expect(redirectTo(to("/go$S$Q"), said)).toBe("/go/b.htm?q=2");
  expect(redirectTo(to("/go?$P"), said)).toBe("/go?q=2");
  expect(redirectTo(to("https://h$V"), said)).toBe("https://h/app/b.htm");
  expect(redirectTo(to("/go$Q"), asked("/b.htm"))).toBe("/go");
});

test("the first row that fits decides, with what its wildcards stand for; one with ! leaves the request alone", () => {
  const rows = ["*/old/* !", "*.php /x$0.htm", "/from/*/to/* /$1/$0"].flatMap((it) => parseRedirectRow(it) ?? []);
  const rules = { ...usual, rows };
  expect(redirectTo(rules, asked("/a/old/b.php"))).toBeUndefined();
  expect(redirectTo(rules, asked("/dir/page.PHP"))).toBe("/x/dir/page.htm");
  expect(redirectTo(rules, asked("/from/1/to/2"))).toBe("/2/1");
  expect(redirectTo(rules, asked("/a.htm"))).toBeUndefined();
});

test("a name cannot become a host or a line of the head", () => {
  expect(encodePath("//evil.example/")).toBe("/evil.example/");
  expect(encodePath('/a"<>\\ü\u{1f600}?#%')).toBe("/a%22%3C%3E%5C%C3%BC%F0%9F%98%80%3F%23%25");
  expect(redirectTo(to("$V"), asked("//evil.example"))).toBe("/evil.example");
  const rows = [{ wildcard: new Wildcard("*"), destination: "/$0" }];
  expect(redirectTo({ ...usual, rows }, asked("//evil.example"))).toBe("/evil.example");
});

test("half a pair is written in its place", () => {
  expect(encodePath("/a\ud800b")).toBe("/a%EF%BF%BDb");
});

test("rows are read and written alike; what leads to no address is refused", () => {
  const row = parseRedirectRow("*.php   /x$0.htm");
  expect(row).toEqual({ wildcard: new Wildcard("*.php"), destination: "/x$0.htm" });
  expect(row && printRedirectRow(row)).toBe("*.php /x$0.htm");
  for (const text of ["*.php", "* javascript:alert(1)", "* ftp://h/", "* a.htm", "* /ü"])
    expect(parseRedirectRow(text)).toBeUndefined();
});
