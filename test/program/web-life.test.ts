// Everything that may change about web sites, while clients ask in every way: no request is lost, none is answered twice or
// wrongly, and a large download that began before the change ends whole.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/base/json.ts";
import { linesIn } from "./access-lines.ts";
import { needing } from "./client.ts";
import { Download, sha256Of } from "./download.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { Ground } from "./ground.ts";
import { Peer } from "./peer.ts";
import { alive } from "./processes.ts";
import { pick } from "./server.ts";
import { WebLoad } from "./web-load.ts";

const servername = "www.example";
const PAGES = 8;
const PAGE_BYTES = 3000;
/** Far more than the buffers between server and client hold. */
const LARGE_BYTES = 24 * 1024 * 1024;
/** Of each client, before and after a change. */
const ANSWERS = 5;
const large = Buffer.alloc(LARGE_BYTES, "0123456789abcdef~");
const { title, skip } = needing("web sites change under load", "openssl");

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  let load: WebLoad;
  let port: number;
  let securePort: number;
  const workers = new Set<number>();

  const path = (page: number) => `/page-${page}.html`;
  const content = (root: string, page: number, version = 0) => `${root} ${page} ${version} `.padEnd(PAGE_BYTES, "x");
  const file = (...names: readonly string[]) => join(ground.program.home, "content", ...names);

  /** The pages of a site, and a large file. */
  function furnish(root: string): void {
    mkdirSync(file(root), { recursive: true });
    for (let page = 0; page < PAGES; page++) writeFileSync(file(root, path(page)), content(root, page));
    writeFileSync(file(root, "large.bin"), large);
  }

  beforeAll(async () => {
    [port, securePort] = [await freePort(), await freePort()];
    const site = {
      bindings: [`127.0.0.1:${port}`],
      secureBindings: [`127.0.0.1:${securePort}`],
      path: "content/one",
    };
    const other = { bindings: ["127.0.0.1:0"], secureBindings: ["127.0.0.1:0"] };
    ground = await Ground.up({
      services: ["www"],
      names: [servername],
      document: { www: { sites: { default: site, other } } },
    });
    for (const root of ["one", "two", "other", "new"]) furnish(root);
    load = new WebLoad({
      port,
      securePort,
      servername,
      paths: Array.from({ length: PAGES }, (_, page) => path(page)),
      isRight(asked, body) {
        const [root = "", page = "", version = ""] = body.split(" ");
        return asked === path(Number(page)) && body === content(root, Number(page), Number(version));
      },
    });
  }, 60_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  const get = (target: string, host = servername) => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const largeOf = get("/large.bin");

  /** Until a new connection is answered so: a change is felt a moment after it was taken. */
  const untilAnswered = (text: string, page: number, host = servername) =>
    eventually(`${host} answers with ${text}`, async () => {
      using peer = await Peer.open(port);
      peer.say(get(path(page), host).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      return (await peer.ended()).heard.includes(text);
    });

  const change = (edit: JsonObject) => ground.ask("config.change", { edits: [edit], who: "the test" });

  /** Large files begin to be sent, the change is made while all go on asking, and then the files are read to their end. */
  async function under(make: () => Promise<void>): Promise<void> {
    await load.more(ANSWERS);
    using plain = await Download.begin(await Peer.open(port), largeOf);
    using secure = await Download.begin(await Peer.openSecure(securePort, { servername }), largeOf);
    await make();
    await load.more(ANSWERS);
    const whole = { ending: "whole", bytes: LARGE_BYTES, sha256: sha256Of(large) } as const;
    for (const it of [plain, secure]) {
      expect(it.isWhole).toBe(false);
      expect(await it.rest()).toEqual(whole);
    }
    expect(load.flaws).toEqual([]);
    for (const pid of await ground.server.workers("www")) workers.add(pid);
  }

  test("settings of the site", () =>
    under(async () => {
      await ground.set("www", { customHeaders: ["X-Step: 1"], headerWaitTimeout: "20s", tlsMinimum: "1.3" });
      await untilAnswered("\r\nX-Step: 1\r\n", 1);
    }));

  test("a site that is added on the same port, and one binding more", () =>
    under(async () => {
      await ground.apply({ www: { sites: { new: { bindings: [`127.0.0.1:${port}:new.example`, "127.0.0.1:0"] } } } });
      await untilAnswered("\r\n\r\nnew 2 ", 2, "new.example");
      await ground.set("www", { bindings: [`127.0.0.1:${port}`, "127.0.0.1:0"] });
      await untilAnswered("\r\n\r\none 2 ", 2);
    }));

  test("another site that is removed, whose own downloads are finished all the same", () =>
    under(async () => {
      using own = await Download.begin(await Peer.open(await ground.port("www", "other")), largeOf);
      await change({ at: "www/sites/other", remove: true });
      await change({ at: "www/sites/new", remove: true });
      await untilAnswered("\r\n\r\none 2 ", 2, "new.example");
      expect(await own.rest()).toMatchObject({ ending: "whole", bytes: LARGE_BYTES });
    }));

  test("the folder of the site", () =>
    under(async () => {
      await ground.set("www", { path: "content/two" });
      await untilAnswered("\r\n\r\ntwo 3 ", 3);
    }));

  test("pages that are replaced, by rename and in place, again and again", () =>
    under(async () => {
      for (let version = 1; version <= 50; version++) {
        const page = version % PAGES;
        const text = content("two", page, version);
        if (version % 2 === 0) {
          writeFileSync(file("two", "next"), text);
          renameSync(file("two", "next"), file("two", path(page)));
        } else {
          const open = openSync(file("two", path(page)), "r+");
          writeSync(open, text, 0);
          closeSync(open);
        }
        await load.more(1);
      }
      await untilAnswered("two 2 50 ", 50 % PAGES);
    }));

  test("the certificate", () =>
    under(async () => {
      ground.make("renewed", { names: [`DNS:${servername}`] });
      const fingerprint = await ground.addCertificate("main", "renewed");
      await eventually("it is shown", async () => {
        using peer = await Peer.openSecure(securePort, { servername });
        return peer.shown === fingerprint;
      });
    }));

  test("one worker, two, and one again", () =>
    under(async () => {
      for (const count of [2, 1]) {
        await ground.apply({ www: { workers: count } });
        await ground.server.until(`${count} serve`, (it) => {
          const serving = pick(it, "www").workers.filter(({ state }) => state === "serving");
          for (const { pid } of serving) workers.add(pid);
          return serving.length === count;
        });
        await load.more(ANSWERS);
      }
    }));

  test("a worker that is replaced", () =>
    under(async () => {
      await ground.ask("service.restart", { service: "www", who: "the test" });
    }));

  test("the server ends in order, and each request stands in the log once", async () => {
    using plain = await Download.begin(await Peer.open(port), largeOf);
    using secure = await Download.begin(await Peer.openSecure(securePort, { servername }), largeOf);
    await load.more(ANSWERS);
    load.expectEnd();
    const down = ground.program.must("down");
    await load.over();
    for (const it of [plain, secure]) expect(await it.rest()).toMatchObject({ ending: "whole", bytes: LARGE_BYTES });
    await down;
    expect((await ground.server.ended()).code).toBe(0);
    expect(load.flaws).toEqual([]);
    expect([...workers].filter(alive)).toEqual([]);
    const lines = linesIn(join(ground.program.home, "logs", "W3SVC-default"));
    expect(load.disagreements(lines.filter(({ fields }) => fields["cs(User-Agent)"] !== undefined))).toEqual([]);
  });
});
