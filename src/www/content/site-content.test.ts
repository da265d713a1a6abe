import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import fc from "fast-check";
import { isSource } from "../../proto/http/answer/answer.ts";
import { systemDisk } from "./file/disk.ts";
import { Wildcard } from "./redirect/wildcard.ts";
import { request, TestSite } from "./testing/site.ts";

const openFiles = () => readdirSync("/proc/self/fd").length; // system path

test("a file is sent with its type, its time and its tag", async () => {
  using site = new TestSite({ files: { "a.html": "<p>hello" } });
  const { status, fields, body } = await site.get("/a.html");
  expect([status, body.toString()]).toEqual([200, "<p>hello"]);
  expect(fields["content-type"]).toBe("text/html");
  expect(fields["last-modified"]).toBe("Tue, 02 Jan 2024 03:04:05 GMT");
  expect(fields["accept-ranges"]).toBe("bytes");
  expect(fields.etag).toMatch(/^"[0-9a-z]+-8-[0-9a-z]+"$/);
  expect(fields.vary).toBeUndefined();
});

test("the second time it is known by its target, and with a query by its place", async () => {
  using site = new TestSite({ files: { "a.html": "<p>hello" } });
  expect(site.isKnown("/a.html")).toBe(false);
  const first = await site.get("/a.html");
  expect(site.isKnown("/a.html")).toBe(true);
  expect((await site.get("/a.html")).answer).toBe(first.answer);
  expect(site.isKnown("/a.html?x")).toBe(false);
  expect((await site.get("/a.html?x")).answer).toBe(first.answer);
  expect(site.isKnown("/a.html?x")).toBe(false);
});

test("a file that changed, was replaced or went is seen at once", async () => {
  using site = new TestSite({ files: { "a.txt": "one" } });
  const text = async () => (await site.get("/a.txt")).body.toString();
  expect(await text()).toBe("one");
  site.files.write("a.txt", "two");
  expect(await text()).toBe("two");
  site.files.write("b.txt", "six");
  renameSync(site.files.at("b.txt"), site.files.at("a.txt"));
  expect(await text()).toBe("six");
  rmSync(site.files.at("a.txt"));
  expect((await site.get("/a.txt")).status).toBe(404);
  expect(site.world.known.size).toBe(0);
});

test("within the interval of checks nothing is asked of the disk", async () => {
  using site = new TestSite({ files: { "a.txt": "one" }, values: { fileCheckInterval: 50 } });
  await site.get("/a.txt");
  site.files.write("a.txt", "two");
  expect((await site.get("/a.txt")).body.toString()).toBe("one");
  site.clock.advance(50);
  expect((await site.get("/a.txt")).body.toString()).toBe("two");
});

test("a file that was written just now is not kept, as it may change without a sign", async () => {
  using site = new TestSite({ files: { "a.txt": "one" } });
  site.clock.advance(-60_000 - 1000);
  expect((await site.get("/a.txt")).fields.etag).toStartWith('W/"');
  expect(site.isKnown("/a.txt")).toBe(false);
});

const large = Buffer.from(Uint8Array.from({ length: 700_000 }, (_, at) => at % 251));
for (const [size, content] of [
  ["small", large.subarray(0, 5000)],
  ["large", large],
] as const) {
  test(`conditions are answered for a ${size} file, before and after it is known`, async () => {
    using site = new TestSite({ files: { "a.bin": content } });
    const { fields } = await site.ask("HEAD", "/a.bin");
    const { etag = "", "last-modified": modified = "" } = fields;
    expect(fields["content-length"]).toBe(String(content.length));
    const cases: readonly (readonly [Record<string, string>, number])[] = [
      [{ "If-None-Match": etag }, 304],
      [{ "If-None-Match": `"x", W/${etag}` }, 304],
      [{ "If-None-Match": '"x"' }, 200],
      [{ "If-None-Match": '"x"', "If-Modified-Since": modified }, 200],
      [{ "If-Modified-Since": modified }, 304],
      [{ "If-Modified-Since": "Mon, 01 Jan 2024 03:04:05 GMT" }, 200],
      [{ "If-Match": etag }, 200],
      [{ "If-Match": "*" }, 200],
      [{ "If-Match": '"x"' }, 412],
      [{ "If-Unmodified-Since": modified }, 200],
      [{ "If-Unmodified-Since": "Mon, 01 Jan 2024 03:04:05 GMT" }, 412],
      [{ Range: "bytes=0-9", "If-Range": etag }, 206],
      [{ Range: "bytes=0-9", "If-Range": '"x"' }, 200],
      [{ Range: "bytes=0-9", "If-Range": modified }, 206],
      [{ Range: "bytes=0-9", "If-None-Match": etag }, 304],
      [{ Range: `bytes=${content.length}-` }, 416],
    ];
    for (let round = 0; round < 2; round++)
      for (const [asked, status] of cases) {
        const seen = await site.get("/a.bin", asked);
        expect([asked, seen.status, seen.isBroken]).toEqual([asked, status, false]);
        if (status === 200) expect(seen.body.equals(content)).toBe(true);
        if (status === 304) expect([seen.fields.etag, seen.body.length]).toEqual([etag, 0]);
        if (status === 416) expect(seen.fields["content-range"]).toBe(`bytes */${content.length}`);
        if (status === 206) expect(seen.body.equals(content.subarray(0, 10))).toBe(true);
      }
  });

  test(`ranges of a ${size} file are those of an oracle`, async () => {
    using site = new TestSite({ files: { "a.bin": content } });
    const place = fc.nat({ max: content.length + 10 });
    const spec = fc.oneof(
      fc.tuple(place, place).map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const),
      place.map((from) => [from, undefined] as const),
    );
    await fc.assert(
      fc.asyncProperty(spec, async ([first, last]) => {
        const seen = await site.get("/a.bin", { Range: `bytes=${first}-${last ?? ""}` });
        const wanted = content.subarray(first, last === undefined ? undefined : last + 1);
        if (first >= content.length) expect(seen.status).toBe(416);
        else {
          expect(seen.status).toBe(206);
          expect(seen.body.equals(wanted)).toBe(true);
          expect(seen.fields["content-length"]).toBe(String(wanted.length));
          expect(seen.fields["content-range"]).toBe(`bytes ${first}-${first + wanted.length - 1}/${content.length}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  test(`several ranges of a ${size} file come in parts`, async () => {
    using site = new TestSite({ files: { "a.bin": content } });
    const { status, fields, body } = await site.get("/a.bin", { Range: "bytes=0-4,1000-1002,-2" });
    const boundary = /^multipart\/byteranges; boundary=(\w+)$/.exec(fields["content-type"] ?? "")?.[1];
    expect([status, boundary !== undefined]).toEqual([206, true]);
    const parts = [
      [0, 5],
      [1000, 1003],
      [content.length - 2, content.length],
    ].map(([from = 0, to = 0]) =>
      Buffer.concat([
        Buffer.from(
          `\r\n--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${from}-${to - 1}/${content.length}\r\n\r\n`,
        ),
        content.subarray(from, to),
      ]),
    );
    expect(body.equals(Buffer.concat([...parts, Buffer.from(`\r\n--${boundary}--\r\n`)]))).toBe(true);
    expect(fields["content-length"]).toBe(String(body.length));
  });
}

test("a large file is not held, and what is known of it answers HEAD without opening it", async () => {
  using site = new TestSite({ files: { "a.bin": large } });
  expect((await site.get("/a.bin")).body.equals(large)).toBe(true);
  expect(site.world.known.heldBytes).toBeLessThan(10_000);
  const before = openFiles();
  const { fields, status } = await site.ask("HEAD", "/a.bin");
  expect([status, fields["content-length"]]).toEqual([200, String(large.length)]);
  expect(openFiles()).toBe(before);
});

test("no file stays open, whatever is asked of it", async () => {
  using site = new TestSite({ files: { "a.bin": large, "a.txt": "a", "b.unheard": "b", "sub/index.htm": "i" } });
  const before = openFiles();
  for (const target of ["/a.bin", "/a.txt", "/b.unheard", "/none", "/sub", "/sub/", "/", "/a.txt/"])
    for (const fields of [{}, { Range: "bytes=0-1" }, { "If-None-Match": "*" }, { "If-Match": '"x"' }] as Record<
      string,
      string
    >[])
      for (const method of ["GET", "HEAD", "POST", "OPTIONS"]) await site.ask(method, target, fields);
  // What is sent of in parts stays open for a moment.
  expect(openFiles()).toBe(before + 1);
  site.clock.advance(10_000);
  expect(openFiles()).toBe(before);
});

test("a large file stays open no longer than it is known, and while somebody is sent of it", async () => {
  using site = new TestSite({ files: { "a.bin": large } });
  const before = openFiles();
  const answer = await site.content.answer(request("GET", "/a.bin"), site.place("/a.bin"));
  if (!isSource(answer.body)) throw new Error("no source");
  const first = await answer.body.next();
  rmSync(site.files.at("a.bin"));
  expect((await site.get("/a.bin")).status).toBe(404);
  expect(openFiles()).toBe(before + 1);
  const pieces = [Buffer.from(first)];
  for (let piece = await answer.body.next(); typeof piece !== "string"; piece = await answer.body.next())
    pieces.push(Buffer.from(piece));
  expect(Buffer.concat(pieces).equals(large)).toBe(true);
  answer.body.close();
  expect(openFiles()).toBe(before);
});

test("a large file that changes while it is sent breaks off, and the next request gets the new one", async () => {
  let reads = 0;
  const readNow: typeof systemDisk.readNow = (...args) => {
    if (reads++ === 2) appendFileSync(site.files.at("a.bin"), "x");
    return systemDisk.readNow(...args);
  };
  using site = new TestSite({ files: { "a.bin": large }, disk: { ...systemDisk, readNow } });
  expect((await site.get("/a.bin")).isBroken).toBe(true);
  truncateSync(site.files.at("a.bin"), 300_000);
  const { body, isBroken } = await site.get("/a.bin");
  expect([body.length, isBroken]).toEqual([300_000, false]);
});

test("what is not there, cannot be read, or cannot be had at the moment", async () => {
  using site = new TestSite({
    files: { "a.txt": "a", "b.unheard": "b", README: "r", ".git/config": "c", ".well-known/x.txt": "x" },
  });
  using outside = new TestSite({ files: { "secret.txt": "s" } });
  symlinkSync(outside.files.path, site.files.at("out"));
  const cases = {
    "/none.txt": 404,
    "/a.txt/": 404,
    "/a.txt/b": 404,
    "/b.unheard": 404.03,
    "/README": 404.03,
    "/.git/config": 404.09,
    "/.well-known/x.txt": 200,
    "/": 403.14,
    "/out/secret.txt": 403.02,
  };
  for (const [target, status] of Object.entries(cases)) {
    const seen = await site.get(target);
    expect([target, seen.status + seen.substatus / 100]).toEqual([target, status]);
  }
  for (const [code, status, substatus] of [
    ["EMFILE", 503, 2],
    ["EACCES", 403, 2],
    ["EIO", 500, 0],
  ] as const) {
    const open = () => Promise.reject(Object.assign(new Error(code), { code }));
    using broken = new TestSite({ files: { "a.txt": "a" }, disk: { ...systemDisk, open } });
    const seen = await broken.get("/a.txt");
    expect([seen.status, seen.substatus]).toEqual([status, substatus]);
    expect(seen.fields["retry-after"]).toBe(status === 503 ? "1" : (undefined as never));
  }
});

test("other methods are refused with those that are taken", async () => {
  using site = new TestSite({ files: { "a.txt": "a" } });
  const refused = await site.ask("DELETE", "/a.txt");
  expect([refused.status, refused.fields.allow]).toEqual([405, "GET, HEAD, OPTIONS"]);
  const options = await site.ask("OPTIONS", "/a.txt");
  expect([options.status, options.fields.allow, options.body.length]).toEqual([200, "GET, HEAD, OPTIONS", 0]);
});

test("a folder without its slash is sent there with the query, and no name can lead elsewhere", async () => {
  using site = new TestSite({ files: { "sub dir/index.html": "i", "a/b/c.txt": "c" } });
  const seen = await site.get("/sub%20dir?x=1&y");
  expect([seen.status, seen.fields.location]).toEqual([301, "/sub%20dir/?x=1&y"]);
  expect((await site.get("//a/b")).fields.location).toBe("/a/b/");
});

test("the first document that is there answers for a folder, also when a better one comes", async () => {
  using site = new TestSite({ files: { "index.html": "html", "sub/x.txt": "x" } });
  expect((await site.get("/")).body.toString()).toBe("html");
  expect(site.isKnown("/")).toBe(true);
  site.files.write("Default.htm", "default");
  expect((await site.get("/")).body.toString()).toBe("default");
  rmSync(site.files.at("Default.htm"));
  expect((await site.get("/")).body.toString()).toBe("html");
  expect((await site.get("/sub/")).substatus).toBe(14);
});

test("a sibling in a coding is sent to who takes it, unless it is older or a range is asked for", async () => {
  const newer = Date.UTC(2024, 5, 1);
  using site = new TestSite({ files: { "a.js": "plain" }, values: { compression: false } });
  site.files.write("a.js.br", "brotli", newer);
  site.files.write("a.js.gz", "gzip", Date.UTC(2020, 0, 1));
  const coded = await site.get("/a.js", { "Accept-Encoding": "gzip, br" });
  expect([coded.fields["content-encoding"], coded.fields.vary, coded.body.toString()]).toEqual([
    "br",
    "Accept-Encoding",
    "brotli",
  ]);
  expect(coded.fields["content-type"]).toBe("application/javascript");
  const plain = await site.get("/a.js", { "Accept-Encoding": "gzip" });
  expect([plain.fields["content-encoding"], plain.fields.vary, plain.body.toString()]).toEqual([
    undefined as never,
    "Accept-Encoding",
    "plain",
  ]);
  expect(coded.fields.etag).not.toBe(plain.fields.etag as string);
  expect((await site.get("/a.js", { "Accept-Encoding": "br", Range: "bytes=0-1" })).body.toString()).toBe("pl");
  expect((await site.get("/a.js", { "Accept-Encoding": "br", "If-None-Match": coded.fields.etag ?? "" })).status).toBe(
    304,
  );
  expect(site.isKnown("/a.js", { "Accept-Encoding": "br" })).toBe(true);
  site.files.write("a.js.br", "better", newer);
  expect((await site.get("/a.js", { "Accept-Encoding": "br" })).body.toString()).toBe("better");
  rmSync(site.files.at("a.js.br"));
  expect((await site.get("/a.js", { "Accept-Encoding": "br" })).body.toString()).toBe("plain");
});

test("a sibling that cannot be read, or lies elsewhere, gives way to the next", async () => {
  using outside = new TestSite({ files: { "secret.br": "secret" } });
  using site = new TestSite({ files: { "a.js": "plain", "a.js.gz": "gzip" } });
  symlinkSync(outside.files.at("secret.br"), site.files.at("a.js.br"));
  const { status, body, fields } = await site.get("/a.js", { "Accept-Encoding": "br, gzip" });
  expect([status, body.toString(), fields["content-encoding"]]).toEqual([200, "gzip", "gzip"]);
});

test("a large sibling is sent from disk", async () => {
  using site = new TestSite({ files: { "a.js": "plain" } });
  site.files.write("a.js.gz", large, Date.UTC(2024, 5, 1));
  const { body, fields } = await site.get("/a.js", { "Accept-Encoding": "gzip" });
  expect([body.equals(large), fields["content-encoding"]]).toEqual([true, "gzip"]);
});

test("text is compressed once and kept; what is small, or gains nothing, goes as it is", async () => {
  const text = "All work and no play makes a long text. ".repeat(500);
  using site = new TestSite({ files: { "a.txt": text, "small.txt": "small", "a.png": text } });
  const coded = await site.get("/a.txt", { "Accept-Encoding": "gzip" });
  expect([coded.fields["content-encoding"], coded.fields.vary]).toEqual(["gzip", "Accept-Encoding"]);
  expect(coded.fields.etag).toStartWith('W/"');
  expect(gunzipSync(coded.body).toString()).toBe(text);
  expect((await site.get("/a.txt", { "Accept-Encoding": "gzip" })).answer).toBe(coded.answer);
  expect(brotliDecompressSync((await site.get("/a.txt", { "Accept-Encoding": "gzip, br" })).body).toString()).toBe(
    text,
  );
  expect((await site.get("/a.txt")).body.toString()).toBe(text);
  for (const target of ["/small.txt", "/a.png"])
    expect((await site.get(target, { "Accept-Encoding": "gzip" })).fields["content-encoding"]).toBeUndefined();
  site.files.write("noise.txt", Buffer.from(crypto.getRandomValues(new Uint8Array(5000))));
  expect((await site.get("/noise.txt", { "Accept-Encoding": "gzip" })).fields["content-encoding"]).toBeUndefined();
  expect((await site.get("/noise.txt", { "Accept-Encoding": "gzip" })).status).toBe(200);
});

test("a crowd that asks for a cold file reads it once", async () => {
  let reads = 0;
  const read: typeof systemDisk.read = (...args) => {
    reads++;
    return systemDisk.read(...args);
  };
  using site = new TestSite({ files: { "a.txt": "a" }, disk: { ...systemDisk, readNow: () => 0, read } });
  const all = await Promise.all(Array.from({ length: 100 }, () => site.get("/a.txt")));
  expect(all.every((it) => it.body.toString() === "a")).toBe(true);
  expect(reads).toBe(1);
});

test("a flood of names that are not there, and of ways to write one, neither grows memory nor drives out what is in use", async () => {
  using site = new TestSite({ files: { "a.txt": "a" } });
  await site.get("/a.txt");
  for (let count = 0; count < 300; count++) {
    await site.get(`/none-${count}`);
    await site.get(`/${"./".repeat(count % 50)}a.txt?${count}`);
  }
  expect(site.world.known.size).toBe(1);
  expect(site.isKnown("/a.txt")).toBe(true);
});

test("of many ways to write one target only a few are remembered", async () => {
  using site = new TestSite({ files: { "a.txt": "a" } });
  const targets = Array.from({ length: 30 }, (_, index) => `/${"./".repeat(index)}a.txt`);
  for (const target of targets) await site.get(target);
  expect(targets.filter((it) => site.isKnown(it)).length).toBe(8);
});

test("memory is bounded, and what is asked for again stays", async () => {
  const names = Array.from({ length: 60 }, (_, index) => `f${index}.txt`);
  const files = Object.fromEntries(names.map((it) => [it, "x".repeat(20_000)]));
  using site = new TestSite({ files, cacheBytes: 2 ** 20 });
  const first = (await site.get("/f0.txt")).answer;
  for (const name of names) {
    expect((await site.get("/f0.txt")).answer).toBe(first);
    await site.get(`/${name}`);
  }
  expect(site.world.known.heldBytes).toBeLessThanOrEqual(2 ** 20);
  expect([site.isKnown("/f1.txt"), site.isKnown("/f59.txt")]).toEqual([false, true]);
  site.world.known.limit(2 ** 18);
  expect(site.world.known.heldBytes).toBeLessThanOrEqual(2 ** 18);
  expect([site.isKnown("/f0.txt"), site.isKnown("/f30.txt")]).toEqual([true, false]);
  site.content.close();
  expect([site.world.known.size, site.world.known.heldBytes]).toEqual([0, 0]);
});

test("headers, cache policy and charset of the site go along", async () => {
  const values = {
    customHeaders: [["X-Powered-By", "inetsrv"]] as const,
    clientCache: "max-age" as const,
    cacheControl: "public",
    charset: "utf-8",
    entityTag: "iis" as const,
  };
  using site = new TestSite({ files: { "a.html": "a" }, values });
  const { fields } = await site.get("/a.html");
  expect(fields["content-type"]).toBe("text/html; charset=utf-8");
  expect(fields["cache-control"]).toBe("public, max-age=86400");
  expect(fields.etag).toBe('"1da3d285848c080:0"');
  for (const target of ["/a.html", "/none", "/"])
    expect((await site.get(target)).fields["x-powered-by"]).toBe("inetsrv");
  expect((await site.get("/a.html", { "If-None-Match": fields.etag ?? "" })).fields["cache-control"]).toBe(
    "public, max-age=86400",
  );
});

test("a redirect goes before all, for every method, and one to itself is none", async () => {
  using site = new TestSite({
    files: { "a.html": "a" },
    values: {
      redirectRules: [
        { wildcard: new Wildcard("/old/*"), destination: "/$0" },
        { wildcard: new Wildcard("/a.html"), destination: "/a.html" },
      ],
      redirectStatus: "308",
      redirectHeaders: [["Cache-Control", "no-store"]],
    },
  });
  for (const method of ["GET", "POST"]) {
    const seen = await site.ask(method, "/old/x%20y");
    expect([seen.status, seen.fields.location, seen.fields["cache-control"]]).toEqual([308, "/x%20y", "no-store"]);
  }
  expect((await site.get("/a.html")).status).toBe(200);
});

test("with case aside names are found as Windows would, and its odd names are not", async () => {
  using site = new TestSite({
    files: {
      "Sub/Datei.TXT": "d",
      "both.txt": "small",
      "BOTH.TXT": "large",
      "Sub/INDEX.HTM": "i",
      con: "c",
      "Sub/nul.txt": "n",
      "datei~1.txt": "8.3",
    },
    values: { ignoreCase: true },
  });
  const text = async (target: string) => {
    const seen = await site.get(target);
    return seen.status === 200 ? seen.body.toString() : seen.status;
  };
  expect(await text("/sub/datei.txt")).toBe("d");
  expect(await text("/SUB/")).toBe("i");
  expect(await text("/BOTH.TXT")).toBe("large");
  expect(await text("/both.txt")).toBe("small");
  expect(await text("/Both.txt")).toBe("large");
  for (const target of ["/con", "/sub/nul.txt", "/datei~1.txt", "/sub/none.txt"]) expect(await text(target)).toBe(404);
  mkdirSync(site.files.at("New"));
  site.files.write("New/a.txt", "new");
  expect(await text("/new/A.TXT")).toBe("new");
});

test("a path stays below its folder, whatever is asked", async () => {
  using site = new TestSite({ files: { "root/in.txt": "in", "secret.txt": "secret", "root2/secret.txt": "secret" } });
  const part = fc.constantFrom("..", ".", "%2e%2e", "root", "root2", "secret.txt", "in.txt", "", "..%2f", "%5c..", "a");
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
      const target = `/${parts.join("/")}`;
      let place: ReturnType<typeof site.place>;
      try {
        place = site.place(target);
      } catch {
        return;
      }
      const below = { ...place, folder: site.files.at("root") };
      const answer = await site.content.answer(request("GET", target), below);
      expect(Buffer.isBuffer(answer.body) && answer.body.toString() === "secret").toBe(false);
    }),
    { numRuns: 300 },
  );
});

test("a folder that may be passed and not read still has its document, and no listing", async () => {
  const shut = (path: string) => path.endsWith("shut") || path.endsWith("none");
  const denied = () => Promise.reject(Object.assign(new Error("EACCES"), { code: "EACCES" }));
  const disk = {
    ...systemDisk,
    open: (path: string) => (shut(path) ? denied() : systemDisk.open(path)),
    names: (path: string) => (shut(path) ? denied() : systemDisk.names(path)),
  };
  const files = { "shut/index.html": "i", "none/a.txt": "a" };
  using site = new TestSite({ files, disk, values: { directoryBrowsing: true } });
  expect((await site.get("/shut/")).body.toString()).toBe("i");
  expect((await site.get("/none/")).substatus).toBe(2);
});
