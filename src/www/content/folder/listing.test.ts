import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { linkRules } from "../file/open-inside.ts";
import { request, TestSite } from "../testing/site.ts";
import { type listingFacts, sizeText } from "./listing-columns.ts";
import { listingPage, readOrder, sortEntries } from "./listing-page.ts";

const values = { directoryBrowsing: true };
/** What a browser would show as links in the table, and where they lead. */
const links = (body: Buffer) =>
  [...body.toString().matchAll(/<td><a href="([^"]*)">([^<]*)</g)].map(
    ([, href = "", text = ""]) => [href, text] as const,
  );

test("a folder is listed with what a visitor could ask for", async () => {
  using outside = new TestSite({ files: { "secret.txt": "s" } });
  using site = new TestSite({
    files: { "b.txt": "x".repeat(1500), "a10.txt": "", "a9.txt": "", ".hidden": "h", "Sub/x.txt": "" },
    values,
  });
  symlinkSync(outside.files.at("secret.txt"), site.files.at("out.txt"));
  symlinkSync("nowhere", site.files.at("dangling"));
  symlinkSync("b.txt", site.files.at("c.txt"));
  const { status, fields, body } = await site.get("/");
  expect([status, fields["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  expect(links(body).map(([href]) => href)).toEqual(["./Sub/", "./a9.txt", "./a10.txt", "./b.txt", "./c.txt"]);
  expect(body.toString()).toContain("1.46 KiB");
  expect(body.toString()).toContain("2024-01-02 03:04");
  expect(body.toString()).not.toContain("<script");
  expect(links((await site.get("/Sub/")).body)[0]).toEqual(["../", "../"]);
});

test("names are shown and linked as they are, whatever they hold", async () => {
  const names = ["<b>\"&'.txt", "50%?#.txt", "a:b.txt", "ü \u{1f600}.txt", "javascript:alert(1).txt"];
  using site = new TestSite({ files: Object.fromEntries(names.map((it) => [it, it])), values });
  const { body } = await site.get("/");
  const found = links(body);
  expect(found.length).toBe(names.length);
  for (const [href] of found) {
    const target = new URL(href.replaceAll("&#39;", "'").replaceAll("&amp;", "&"), "http://a/");
    expect([href, names.includes((await site.get(target.pathname)).body.toString())]).toEqual([href, true]);
  }
  expect(body.toString()).not.toContain("<b>");
});

test("of links those are shown that are followed", async () => {
  const shown = { refuse: ["./a.txt"], inside: ["./a.txt", "./b.txt"], anywhere: ["./a.txt", "./b.txt", "./out.txt"] };
  using outside = new TestSite({ files: { "secret.txt": "secret" } });
  for (const rule of linkRules) {
    using site = new TestSite({ files: { "real/sub/a.txt": "a" }, values: { ...values, links: rule } });
    symlinkSync("a.txt", site.files.at("real/sub/b.txt"));
    symlinkSync(outside.files.at("secret.txt"), site.files.at("real/sub/out.txt"));
    // The folder of a site may be a link itself.
    symlinkSync("real", site.files.at("current"));
    const place = { ...site.place("/sub/"), folder: site.files.at("current") };
    const answer = await site.content.answer(request("GET", "/sub/"), place);
    const [up, ...found] = links(answer.body as Buffer).map(([href]) => href);
    expect([rule, up, found]).toEqual([rule, "../", shown[rule]]);
  }
});

test("it is sorted as the links at its head say, folders first", async () => {
  using site = new TestSite({ values });
  site.files.write("a.txt", "xxx", Date.UTC(2024, 0, 1));
  site.files.write("b.txt", "x", Date.UTC(2024, 0, 3));
  site.files.write("c/d.txt", "");
  const order = async (query: string) => links((await site.get(`/${query}`)).body).map(([href]) => href);
  expect(await order("?C=N;O=D")).toEqual(["./c/", "./b.txt", "./a.txt"]);
  expect(await order("?C=S;O=A")).toEqual(["./c/", "./b.txt", "./a.txt"]);
  expect(await order("?C=M&O=D")).toEqual(["./c/", "./b.txt", "./a.txt"]);
  expect(await order("?C=evil")).toEqual(["./c/", "./a.txt", "./b.txt"]);
  expect((await site.get("/?C=S;O=A")).body.toString()).toContain('href="?C=S;O=D"');
});

test("what is told of each entry is for the site to say", async () => {
  const told = async (directoryBrowsingShows: (typeof listingFacts)[number][]) => {
    using site = new TestSite({ values: { ...values, directoryBrowsingShows } });
    site.files.write("a.b.txt", "xxx", Date.UTC(2024, 0, 2, 3, 4));
    site.files.write("c/.d", "", Date.UTC(2024, 0, 2, 3, 4));
    const rows =
      (await site.get("/?C=S;O=D")).body
        .toString()
        .split("<tbody>")[1]
        ?.match(/<tr>.*<\/tr>/g) ?? [];
    return rows.map((row) => [...row.matchAll(/<td[^>]*>(?:<a[^>]*>)?([^<]*)/g)].map(([, text]) => text)).at(-1);
  };
  expect(await told(["date", "time", "size", "extension"])).toEqual(["a.b.txt", "2024-01-02 03:04", "3 bytes"]);
  expect(await told(["longDate"])).toEqual(["a.b", "Tuesday, 2 January 2024"]);
  expect(await told(["longDate", "date", "time"])).toEqual(["a.b", "Tuesday, 2 January 2024 03:04"]);
  expect(await told(["time", "size"])).toEqual(["a.b", "03:04", "3 bytes"]);
  expect(await told([])).toEqual(["a.b"]);
});

test("by what is not told nothing is sorted either", () => {
  const entries = [1, 2].map((bytes) => ({ name: `${bytes}`, isFolder: false, bytes, modifiedMs: 0 }));
  const shown = (...facts: (typeof listingFacts)[number][]) =>
    listingPage({ path: "/", entries, isCut: false, facts: new Set(facts), order: readOrder("C=S;O=D") }).toString();
  expect(shown("size").search(/>2<.*\n.*>1</)).toBeGreaterThan(0);
  expect(shown("date").search(/>1<.*\n.*>2</)).toBeGreaterThan(0);
});

test("no more entries are listed than may be, and the page says so", async () => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`${index}.txt`, ""]));
  using site = new TestSite({ files, values: { ...values, directoryBrowsingMax: 7 } });
  const { body } = await site.get("/");
  expect(links(body).length).toBe(7);
  expect(body.toString()).toContain("more in this folder than the 7 entries");
});

test("a link out is refused as a folder too, and an empty folder says so", async () => {
  using outside = new TestSite({ files: { "secret.txt": "s" } });
  using site = new TestSite({ values });
  symlinkSync(outside.files.path, site.files.at("out"));
  expect((await site.get("/out/")).substatus).toBe(2);
  expect((await site.get("/")).body.toString()).toContain("This folder is empty");
});

test("sizes are told in three digits", () => {
  const cases = {
    0: "0 bytes",
    1: "1 byte",
    1023: "1023 bytes",
    1024: "1.00 KiB",
    10235: "10.0 KiB",
    1048575: "1.00 MiB",
    157286400: "150 MiB",
  };
  for (const [bytes, text] of Object.entries(cases)) expect(sizeText(Number(bytes))).toBe(text);
});

test("entries alike in what they are sorted by stand in the order of their names", () => {
  const entry = (name: string) => ({ name, isFolder: false, bytes: 1, modifiedMs: 1 });
  const sorted = sortEntries([entry("b"), entry("a"), entry("A")], readOrder("C=S;O=D"));
  expect(sorted.map((it) => it.name)).toEqual(["a", "A", "b"]);
  expect(
    listingPage({ path: "/", entries: sorted, isCut: false, facts: new Set(), order: readOrder("") }).toString(),
  ).toStartWith("<!doctype html>");
});
