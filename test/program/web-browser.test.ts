// Web sites as a person with a browser meets them: Chromium loads pages with what belongs to them, saves, plays, looks through
// folders, sees errors, and asks again only for what has changed.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { linesIn } from "./access-lines.ts";
import { Browser } from "./browser.ts";
import { needing } from "./client.ts";
import { eventually } from "./eventually.ts";
import { Ground } from "./ground.ts";

const { title, skip } = needing("a browser at web sites", "chromium", "openssl");

/** With what belongs to the path of an address, to a page, and to a shell. */
const oddNames = ["é.txt", "100%.txt", "#1.txt", "what?.txt", "it's.txt", "<b>.txt", "two  blanks.txt", "&amp;.txt"];
const style = `body { color: rgb(1, 2, 3); } ${"/* long */ ".repeat(500)}`;
const script = `globalThis.ran = true; ${"/* long */ ".repeat(500)}`;
const text = "long ".repeat(1000);
const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="37" height="11"/>`;
const page = `<!doctype html><title>A page</title><link rel="stylesheet" href="style.css"><script src="script.js"></script>
<img src="picture.svg"><p>${text}</p><audio src="sound.wav" preload="metadata"></audio>`;
const SOUND_SECONDS = 60;
const NARROW = 360;

/** Silence, eight bits for each of so many samples a second. */
function sound(seconds: number, rate = 44_100): Buffer {
  const bytes = seconds * rate;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(bytes + 36, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(bytes, 40);
  return Buffer.concat([head, Buffer.alloc(bytes, 128)]);
}

describe.skipIf(skip)(title, () => {
  const archive = randomBytes(1_000_000);
  let ground: Ground;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    ground = await Ground.up({
      services: ["www"],
      names: ["www.example"],
      document: { www: { sites: { default: { compression: false, directoryBrowsing: true, charset: "utf-8" } } } },
    });
    const folder = join(ground.program.home, "content", "default");
    const write = (name: string, bytes: string | Buffer) => writeFileSync(join(folder, name), bytes);
    mkdirSync(join(folder, "files", "folder with #"), { recursive: true });
    write("page.html", page);
    // What lies beside them is only in these codings, so that each is shown once.
    for (const [name, content, ending, made] of [
      ["style.css", style, "br", brotliCompressSync(style)],
      ["script.js", script, "zst", zstdCompressSync(script)],
      ["page.html", page, "gz", gzipSync(page)],
    ] as const) {
      write(name, content);
      write(`${name}.${ending}`, made);
    }
    write("picture.svg", picture);
    write("archive.zip", archive);
    write("sound.wav", sound(SOUND_SECONDS));
    for (const [index, name] of oddNames.entries()) write(`files/${name}`, `${name}\n${"x".repeat(index * 1000)}`);
    write("files/folder with #/inside.txt", "inside");
    const { publicKey } = new X509Certificate(ground.openssl.read("main.pem"));
    const key = publicKey.export({ type: "spki", format: "der" });
    browser = await Browser.open({ spki: [createHash("sha256").update(key).digest("base64")] });
    origin = `http://127.0.0.1:${await ground.port("www")}`;
  }, 60_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await ground?.[Symbol.asyncDispose]();
  });

  /** Statuses with which a path was answered, as the access log has them. */
  const logged = (path: string) =>
    linesIn(join(ground.program.home, "logs", "W3SVC-default")).flatMap(({ fields }) =>
      fields["cs-uri-stem"] === path ? [fields["sc-status"]] : [],
    );

  const isWhole = "[getComputedStyle(document.body).color, globalThis.ran, document.images[0].naturalWidth]";

  test("a page comes with its style, script and picture, each in the coding that lies beside it", async () => {
    await browser.goTo(`${origin}/page.html`);
    expect(await browser.run(isWhole)).toEqual(["rgb(1, 2, 3)", true, 37]);
    const codings = ["page.html", "style.css", "script.js", "picture.svg"].map(
      (it) => browser.response(it)?.headers["content-encoding"],
    );
    expect(codings).toEqual(["gzip", "br", "zstd", undefined]);
    expect(await browser.run("document.querySelector('p').textContent")).toBe(text);
  });

  test("what it has is not sent again", async () => {
    await browser.goTo(`${origin}/page.html`);
    await browser.reload();
    expect(await browser.run(isWhole)).toEqual(["rgb(1, 2, 3)", true, 37]);
    await eventually("304 in the log", () => logged("/page.html").includes("304"));
  });

  test("a sound is played from a place far behind its beginning", async () => {
    await browser.goTo(`${origin}/page.html`);
    const seek = `new Promise((resolve, reject) => {
      const it = document.querySelector("audio");
      it.onerror = () => reject(it.error.message);
      it.onseeked = () => resolve([it.duration, it.currentTime]);
      const go = () => { it.currentTime = ${SOUND_SECONDS - 5}; };
      if (it.readyState > 0) go();
      else it.onloadedmetadata = go;
    })`;
    expect(await browser.run(seek)).toEqual([SOUND_SECONDS, SOUND_SECONDS - 5]);
    await eventually("206 in the log", () => logged("/sound.wav").includes("206"));
    const [, from] = /^bytes (\d+)-/.exec(browser.response("/sound.wav")?.headers["content-range"] ?? "") ?? [];
    expect(Number(from)).toBeGreaterThan(1_000_000);
  });

  test("a file that is no page is saved, byte for byte", async () => {
    expect((await browser.save(`${origin}/archive.zip`)).equals(archive)).toBe(true);
  });

  test("a folder is sorted by a click, and odd names lead to their files", async () => {
    const names = "[...document.querySelectorAll('td:first-child')].map((it) => it.textContent)";
    await browser.goTo(`${origin}/files/`);
    expect((await browser.run<string[]>(names)).slice(0, 2)).toEqual(["../", "folder with #/"]);
    await browser.follow("th:nth-child(3) a");
    expect(await browser.run(names)).toEqual(["../", "folder with #/", ...oddNames]);
    await browser.follow("th:nth-child(3) a");
    expect(await browser.run(names)).toEqual(["../", "folder with #/", ...oddNames.toReversed()]);
    await browser.narrow(NARROW);
    expect(await browser.run<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(NARROW);
    for (const [index, name] of oddNames.toReversed().entries()) {
      await browser.follow(`tbody tr:nth-child(${index + 3}) a`);
      expect(await browser.run("document.body.innerText.split('\\n')[0]")).toBe(name);
      await browser.goTo(`${origin}/files/?C=S;O=D`);
    }
    await browser.follow("tbody tr:nth-child(2) a");
    await browser.follow("tbody tr:nth-child(2) a");
    expect(await browser.run("document.body.innerText")).toBe("inside");
  });

  test("an error has a page, also for those who may see no more than that", async () => {
    const heading = "document.querySelector('h1').textContent";
    await browser.goTo(`${origin}/nothing`);
    expect([await browser.run(heading), browser.response("/nothing")?.status]).toEqual(["404.0 Not Found", 404]);
    await ground.set("www", { errorMode: "custom" });
    await browser.goTo(`${origin}/nothing`);
    expect(await browser.run(heading)).toBe("404 Not Found");
  });

  test("a page under TLS is safe in the eyes of the browser", async () => {
    const secure = `https://127.0.0.1:${await ground.securePort("www")}`;
    await browser.goTo(`${secure}/page.html`);
    expect(await browser.run(isWhole)).toEqual(["rgb(1, 2, 3)", true, 37]);
    expect([await browser.run("isSecureContext"), browser.response("/page.html")?.tls]).toEqual([true, "TLS 1.3"]);
  });

  test("the browser has nothing against these pages but that some were not there", () => {
    expect(browser.complaints.filter((it) => !it.includes("status of 404"))).toEqual([]);
  });
});
