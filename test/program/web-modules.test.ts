// Web sites of the real program that are made by its verbs, and what their modules say to curl: HSTS, pages of other sites,
// request filtering, unknown methods.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/base/json.ts";
import { needing, runClient } from "./client.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { Ground } from "./ground.ts";

const { title, skip } = needing("web sites made by verbs, and their modules", "curl", "openssl");

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  let clear: number;
  let secure: number;
  beforeAll(async () => {
    ground = await Ground.up({ services: ["www"], names: ["shop.example", "*.shop.example"] });
    [clear, secure] = [await freePort(), await freePort()];
    await ground.program.must(
      ...["www", "site", "add", "shop"],
      ...["--bind", `127.0.0.1:${clear}:shop.example,127.0.0.1:${clear}:*.shop.example`],
      ...["--bind-tls", `127.0.0.1:${secure}:shop.example`],
    );
  }, 60_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  let turn = 0;
  /** Until the worker has taken it. */
  async function set(settings: JsonObject): Promise<void> {
    const mark = String(++turn);
    await ground.set("www", { ...settings, customHeaders: [`X-Turn: ${mark}`] }, "shop");
    await eventually(`turn ${mark}`, async () => (await curl(https("/"))).fields.get("X-Turn") === mark);
  }
  const https = (target: string) => `https://shop.example:${secure}${target}`;

  interface Heard {
    readonly status: number;
    /** In lower case under TLS, as HTTP/2 has them. */
    readonly fields: Headers;
    readonly body: string;
  }

  async function curl(url: string, ...more: readonly string[]): Promise<Heard> {
    const resolve = [clear, secure].flatMap((port) => ["--resolve", `*:${port}:127.0.0.1`]);
    const usual = ["--silent", "--show-error", "--include", "--max-time", "10", "--cacert", ground.file("main.pem")];
    const ran = await runClient(["curl", ...usual, ...resolve, ...more, url]);
    if (ran.code !== 0) throw new Error(ran.err);
    const [head = "", ...body] = ran.out.split("\r\n\r\n");
    const [first = "", ...lines] = head.split("\r\n");
    const fields = new Headers(lines.map((line) => line.split(/: (.*)/, 2) as [string, string]));
    return { status: Number(first.split(" ")[1]), fields, body: body.join("\r\n\r\n") };
  }

  test("a site that was added serves its first page, and a binding of another site is refused", async () => {
    const folder = join(ground.program.home, "content", "shop");
    expect(readFileSync(join(folder, "index.html"), "utf8")).toContain("content/shop/index.html");
    await eventually("the site listens", () => curl(`http://shop.example:${clear}/`).catch(() => undefined));
    for (const host of ["shop.example", "a.b.shop.example"])
      expect((await curl(`http://${host}:${clear}/`)).body).toContain("inetsrv serves this page");
    const taken = await ground.program.run("www", "site", "add", "other", "--bind", `127.0.0.1:${clear}:shop.example`);
    expect([taken.code, taken.err.includes("www/sites/shop/bindings")]).toEqual([4, true]);
    expect(existsSync(join(ground.program.home, "content", "other"))).toBe(false);
  });

  test("an application is added, listed and removed, and so is a host", async () => {
    const { program } = ground;
    const store = join(program.home, "content", "pantry");
    mkdirSync(store);
    writeFileSync(join(store, "a.txt"), "in the store");
    await program.must("www", "app", "add", "shop", "store", "--path", "content/pantry");
    const answers = (host: string, target: string, status: number) =>
      eventually(`${status} for ${host}${target}`, async () => {
        const heard = await curl(`http://${host}:${clear}${target}`);
        return heard.status === status && heard;
      });
    expect((await answers("shop.example", "/store/a.txt", 200)).body).toBe("in the store");
    expect(await program.must("www", "app", "list", "shop")).toContain(store);
    await program.must("www", "app", "remove", "shop", "/store");
    await answers("shop.example", "/store/a.txt", 404);
    const host = `127.0.0.1:${clear}:bücher.example`;
    await program.must("www", "site", "bind", "shop", host);
    await answers("xn--bcher-kva.example", "/", 200);
    await program.must("www", "site", "unbind", "shop", host);
    await answers("xn--bcher-kva.example", "/", 400);
  });

  test("under TLS each answer has HSTS, in clear none, and what comes in clear is sent on", async () => {
    await set({ hsts: true, hstsMaxAge: "1h" });
    const told = async (url: string, ...more: readonly string[]) => {
      const { status, fields } = await curl(url, ...more);
      return [status, fields.get("Strict-Transport-Security")];
    };
    for (const [status, target, ...more] of [
      [200, "/"],
      [200, "/"],
      [200, "/", "--head"],
      [404, "/none"],
      [405, "/", "--data", "x"],
      [421, "/", "--header", "Host: nobody.example"],
      // In HTTP/2 curl does not even send it.
      [431, "/", "--http1.1", "--header", `X: ${"x".repeat(100_000)}`],
    ] as const)
      expect([target, ...(await told(https(target), ...more))]).toEqual([target, status, "max-age=3600"]);
    expect(await told(`http://shop.example:${clear}/`)).toEqual([200, null]);
    await set({ redirectToHttps: true });
    const sent = await curl(`http://shop.example:${clear}/a?b`);
    expect([sent.status, sent.fields.get("Location")]).toEqual([301, https("/a?b")]);
    expect((await curl(`http://shop.example:${clear}/`, "--location")).body).toContain("HTTP/2 200");
    await set({ redirectToHttps: false });
  });

  test("a page of another site gets leave, or none, also for what lies in memory", async () => {
    await set({ corsRules: ["https://app.example credentials methods=PUT headers=*"] });
    const from = (origin: string) => ["--header", `Origin: ${origin}`];
    for (let time = 0; time < 2; time++) {
      const { status, fields } = await curl(https("/"), ...from("https://app.example"));
      expect([status, fields.get("Access-Control-Allow-Origin"), fields.get("Vary")]).toEqual([
        200,
        "https://app.example",
        "Origin",
      ]);
    }
    expect((await curl(https("/"), ...from("https://b.example"))).fields.get("Access-Control-Allow-Origin")).toBeNull();
    const asks = ["Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-a"];
    const leave = await curl(
      https("/none"),
      ...["--request", "OPTIONS", ...from("https://app.example"), ...asks.flatMap((it) => ["--header", it])],
    );
    expect([leave.status, leave.body, leave.fields.get("Access-Control-Allow-Headers")]).toEqual([204, "", "x-a"]);
    await set({ corsFailUnlisted: true });
    expect((await curl(https("/"), ...from("https://b.example"))).status).toBe(403);
    await set({ corsRules: [], corsFailUnlisted: false });
  });

  test("filtering rules refuse, and why tells which; unknown methods are 501 and TRACE is not echoed", async () => {
    await set({
      filteringRules: { sql: { scanQueryString: true, scanHeaders: ["User-Agent"], denyStrings: ["--"] } },
      headerLimits: ["Cookie 10"],
    });
    for (const more of [
      ["--user-agent", "a--b"],
      ["--cookie", "a=01234567890"],
    ])
      expect((await curl(https("/"), ...more)).status).toBe(404);
    expect((await curl(https("/?a=%2D-"))).status).toBe(404);
    expect((await curl(https("/?a=b"))).status).toBe(200);
    const why = await ground.program.run("www", "why", https("/?a=--"));
    expect([why.code, why.out.includes("404.19")]).toEqual([4, true]);
    expect((await curl(https("/"), "--request", "BREW")).status).toBe(501);
    const traced = await curl(https("/"), "--request", "TRACE", "--header", "X-Secret: 4711");
    expect([traced.status, traced.body.includes("4711")]).toEqual([405, false]);
  });

  test("a site is removed, and its files stay", async () => {
    await ground.program.must("www", "site", "remove", "shop", "--yes");
    expect(existsSync(join(ground.program.home, "content", "shop", "index.html"))).toBe(true);
    expect((await ground.ask<readonly { name: string }[]>("website.list")).map((it) => it.name)).toEqual(["default"]);
  });
});
