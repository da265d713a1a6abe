// Web sites as wget meets them, which people use to take a whole site along, to go on with what broke off, and to fetch only
// what is newer; and what curl adds to that: codings, ranges and tags.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { needing, runClient } from "./client.ts";
import { Ground } from "./ground.ts";

const { title, skip } = needing("wget and curl at web sites", "wget", "curl");

describe.skipIf(skip)(title, () => {
  const archive = randomBytes(300_000);
  const changed = new Date("2024-02-03T04:05:06Z");
  /** Where the client is, anew for each test. */
  let folder: string;
  let ground: Ground;
  let origin: string;
  beforeAll(async () => {
    // A change is seen by the very next request.
    const site = { directoryBrowsing: true, fileCheckInterval: "0s" };
    ground = await Ground.up({ services: ["www"], document: { www: { sites: { default: site } } } });
    const content = join(ground.program.home, "content", "default");
    mkdirSync(join(content, "files", "below it"), { recursive: true });
    for (const [name, bytes] of Object.entries({
      "index.html": `<a href="page.html">page</a><a href="files/">files</a>`,
      "page.html": `<img src="picture.svg">${"long ".repeat(1000)}`,
      "picture.svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`,
      "files/archive.zip": archive,
      "files/100% é.txt": "odd",
      "files/below it/deep.txt": "deep",
    })) {
      writeFileSync(join(content, name), bytes);
      utimesSync(join(content, name), changed, changed);
    }
    origin = `http://127.0.0.1:${await ground.port("www")}`;
  }, 60_000);
  beforeEach(() => {
    folder = mkdtempSync(join(ground.openssl.folder, "client-"));
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  /** What it says of what it does; "server response" has the status lines. */
  async function wget(...words: readonly string[]): Promise<string> {
    const ran = await runClient(["wget", "--no-config", "--tries=1", "--timeout=10", "--server-response", ...words], {
      folder,
      environment: { LC_ALL: "C.UTF-8", HOME: folder },
    });
    return `${ran.code}: ${ran.err}`;
  }

  async function curl(target: string, ...words: readonly string[]): Promise<string> {
    const ran = await runClient(
      ["curl", "-q", "--silent", "--show-error", "--max-time", "10", "--write-out", " %{http_code}", ...words, target],
      { folder },
    );
    return ran.code === 0 ? ran.out : `${ran.code}: ${ran.err}`;
  }

  const got = (name: string): Buffer => readFileSync(join(folder, name));

  test("wget takes a site along, page by page and folder by folder, odd names too", async () => {
    const out = ["--recursive", "--no-host-directories", "--reject=*C=*"];
    expect(await wget(...out, `${origin}/`)).toStartWith("0: ");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((it) => it.includes("."));
    expect(files.sort()).toEqual([
      "files/100% é.txt",
      "files/archive.zip",
      "files/below it/deep.txt",
      "files/below it/index.html",
      "files/index.html",
      "index.html",
      "page.html",
      "picture.svg",
    ]);
    expect(got("files/archive.zip").equals(archive)).toBe(true);
    expect(statSync(join(folder, "files/archive.zip")).mtime).toEqual(changed);
  });

  test("wget goes on with what broke off, and has nothing to do where all is there", async () => {
    writeFileSync(join(folder, "archive.zip"), archive.subarray(0, 100_000));
    const went = await wget("--continue", `${origin}/files/archive.zip`);
    expect(went).toContain("HTTP/1.1 206 Partial Content");
    expect(went).toContain("Content-Range: bytes 100000-299999/300000");
    expect(got("archive.zip").equals(archive)).toBe(true);
    const again = await wget("--continue", `${origin}/files/archive.zip`);
    expect(again).toStartWith("0: ");
    expect(again).toContain("HTTP/1.1 416 ");
    expect(got("archive.zip").equals(archive)).toBe(true);
  });

  test("wget fetches what is newer, and nothing else", async () => {
    const name = "files/archive.zip";
    expect(await wget("--timestamping", `${origin}/${name}`)).toContain("HTTP/1.1 200 OK");
    expect(await wget("--timestamping", `${origin}/${name}`)).toContain("HTTP/1.1 304 Not Modified");
    const newer = randomBytes(1000);
    writeFileSync(join(ground.program.home, "content", "default", name), newer);
    expect(await wget("--timestamping", `${origin}/${name}`)).toContain("HTTP/1.1 200 OK");
    expect(got("archive.zip").equals(newer)).toBe(true);
    writeFileSync(join(ground.program.home, "content", "default", name), archive);
  });

  test("curl reads each coding that it takes, and asks by tag, by time and for parts", async () => {
    const page = `${origin}/page.html`;
    const plain = await curl(page);
    expect(plain).toStartWith("<img ");
    for (const coding of ["gzip", "br"])
      expect(await curl(page, "--compressed", "--header", `Accept-Encoding: ${coding}`)).toBe(plain);
    expect(await curl(page, "--etag-save", "tag")).toEndWith(" 200");
    expect(await curl(page, "--etag-compare", "tag")).toBe(" 304");
    expect(await curl(page, "--time-cond", changed.toUTCString())).toBe(" 304");
    expect(await curl(`${origin}/files/100%25%20%C3%A9.txt`, "--range", "1-1")).toBe("d 206");
    expect(await curl(page, "--range", "0-3,2000-2003")).toMatch(
      /Content-Range: bytes 0-3\/5023\r\n\r\n<img\r\n.*Content-Range: bytes 2000-2003\/5023\r\n\r\n.{4}\r\n--.* 206$/s,
    );
    writeFileSync(join(folder, "rest.zip"), archive.subarray(0, 299_990));
    expect(await curl(`${origin}/files/archive.zip`, "--continue-at", "-", "--output", "rest.zip")).toBe(" 206");
    expect(got("rest.zip").equals(archive)).toBe(true);
  });
});
