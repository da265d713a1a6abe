import { expect, test } from "bun:test";
import type { JsonObject } from "../../base/json.ts";
import type { ChangeAnswer } from "../../supervisor/answers.ts";
import type { AddedWebsite, WebsiteAnswer } from "../../supervisor/operations/website-answers.ts";
import { run } from "../testing/run.ts";
import { server, service, site } from "../testing/statuses.ts";

const below = (url: string, application: string, path: string, isThere = true) => ({
  url,
  application,
  path: `www/sites/shop/${path}`,
  folder: `/srv${url}`,
  isThere,
});
const shop: WebsiteAnswer = {
  name: "shop",
  path: "www/sites/shop",
  title: "",
  bindings: ["*:80:shop.example"],
  secureBindings: ["*:443:shop.example"],
  folder: "/srv/shop",
  isThere: true,
  directories: [
    below("/Store", "/Store", "applications/Store"),
    below("/Store/api", "/Store/api", "applications/Store%2Fapi", false),
    below("/images", "/", "directories/images"),
  ],
};
const empty: WebsiteAnswer = {
  ...shop,
  name: "empty",
  bindings: [],
  secureBindings: [],
  isThere: false,
  directories: [],
};
const changed: ChangeAnswer = { revision: 7, changed: [], rehearsal: false, confirmUntilMs: null };
const status = server([service("www", { sites: [site("shop", { state: "paused" })] })]);
const answers = {
  "website.list": ({ name }: JsonObject) => (name === undefined ? [empty, shop] : [shop]),
  "status.show": status,
  "config.change": changed,
  "config.show": {
    path: "www/sites/shop",
    revision: 7,
    values: ["bindings", "secureBindings"].map((key) => ({
      path: `www/sites/shop/${key}`,
      value: shop[key as "bindings"],
    })),
    below: {},
  },
};

/** The one change that was asked for. */
const editsOf = async (words: readonly string[]) => {
  const { program, err } = await run(words, { answers });
  const change = program.calls.find((it) => it.operation === "config.change");
  return change === undefined ? err : change.given.edits;
};

test("sites are listed with their states, bindings and folders, and as data for programs", async () => {
  const { out, code } = await run("www site list", { width: 100, answers });
  expect(code).toBe(0);
  const lines = out.split("\n");
  expect(lines[0]).toMatch(/^Name +State +Bindings +Folder +Applications$/);
  expect(lines[1]).toMatch(/^empty +none +\/srv\/shop \(not there\) +0$/);
  expect(lines[2]).toMatch(/^shop +paused +\*:80:shop\.example, \*:443:shop\.example with TLS +\/srv\/shop +2$/);
  const { out: data } = await run("www site list --json", { answers });
  expect(JSON.parse(data)).toEqual([
    { ...empty, state: null },
    { ...shop, state: "paused" },
  ]);
  expect((await run("www site list", { answers: { ...answers, "website.list": [] } })).out).toContain("www site add");
});

test("one site is shown with what lies below it, also where no server runs", async () => {
  const { out } = await run("www site show shop", { answers, online: false });
  expect(out).toContain("state     no server runs\n");
  expect(out).toContain("*:80:shop.example\n");
  expect(out).toMatch(/shop +\/Store\/api +\/Store\/api +\/srv\/Store\/api \(not there\)\n/);
});

test("a new site listens where it is said, else for the host of its name", async () => {
  const added: AddedWebsite = { ...changed, folder: "/srv/home/content/x", was: "made", because: null };
  const add = (words: readonly string[]) =>
    run(["www", "site", "add", ...words], { answers: { "website.add": added } });
  const given = async (...words: readonly string[]): Promise<JsonObject> => {
    const { name: _, who: __, ...rest } = (await add(words)).program.calls[0]?.given ?? {};
    return rest;
  };
  expect(await given("www.bücher.example")).toEqual({ bindings: ["*:80:www.xn--bcher-kva.example"] });
  expect(await given("*.shop.example", "--dry-run")).toEqual({ bindings: ["*:80:*.shop.example"], rehearse: true });
  expect(await given("x", "--bind", ":81,*:80:Ü.example", "--path", "/srv/x/")).toEqual({
    bindings: ["*:81", "*:80:xn--tda.example"],
    path: "/srv/x",
  });
  expect(await given("x.example", "--bind-tls", "*:443:x.example")).toEqual({ secureBindings: ["*:443:x.example"] });
  expect((await add(["x.example"])).out).toContain("/srv/home/content/x, which was made with a first page.");
  const unclear = await add(["x"]);
  expect([unclear.code, unclear.program.calls]).toEqual([2, []]);
});

test("a binding comes to those that are there or leaves them, and nothing is overwritten meanwhile", async () => {
  expect(await editsOf(["www", "site", "bind", "shop", "*:80:shop.example", "*:80:Bücher.example"])).toEqual([
    {
      at: "www/sites/shop",
      set: { bindings: ["*:80:shop.example", "*:80:xn--bcher-kva.example"] },
    },
  ]);
  expect(await editsOf(["www", "site", "bind", "shop", "*:8443", "--tls"])).toEqual([
    {
      at: "www/sites/shop",
      set: { secureBindings: ["*:443:shop.example", "*:8443"] },
    },
  ]);
  expect(await editsOf(["www", "site", "unbind", "shop", "*:443:shop.example"])).toEqual([
    { at: "www/sites/shop", set: { secureBindings: [] } },
  ]);
  expect(await editsOf(["www", "site", "unbind", "shop", "*:82"])).toContain("shop does not listen at *:82");
  const { program } = await run(["www", "site", "bind", "shop", "*:81"], { answers });
  expect(program.calls.at(-1)?.given.expect).toBe(7);
});

test("a site is removed when that is meant, and what stays on the disk is told", async () => {
  expect((await run("www site remove shop", { answers })).code).toBe(2);
  const no = await run("www site remove shop", { answers, typed: ["no"] });
  expect([no.code, no.program.calls.map((it) => it.operation)]).toEqual([0, ["website.list"]]);
  const yes = await run("www site remove shop", { answers, typed: ["yes"] });
  expect(yes.program.calls.at(-1)?.given.edits).toEqual([{ at: "www/sites/shop", remove: true }]);
  expect(yes.out).toContain("What lies in /srv/shop stays");
  expect((await run("www site remove shop --dry-run", { answers })).program.calls.at(-1)?.given.rehearse).toBe(true);
});

test("sites are started and stopped as by start and stop", async () => {
  const { program, code } = await run("www site stop shop", {
    answers: {
      "service.stop": {},
      "status.show": server([service("www", { sites: [site("shop", { state: "stopped" })] })]),
    },
  });
  expect(code).toBe(0);
  expect(program.calls[0]).toMatchObject({ operation: "service.stop", given: { service: "www", site: "shop" } });
});

test("a directory belongs to the deepest application that its path goes through", async () => {
  const at = async (...words: readonly string[]) => ((await editsOf(["www", ...words])) as readonly JsonObject[])[0];
  expect(await at("app", "add", "shop", "/blog/", "--path", "/srv/blog")).toEqual({
    at: "www/sites/shop/applications/blog",
    create: { path: "/srv/blog" },
  });
  expect(await at("app", "add", "shop", "a/b")).toEqual({ at: "www/sites/shop/applications/a%2Fb", create: {} });
  expect(await at("dir", "add", "shop", "store/API/v1")).toEqual({
    at: "www/sites/shop/applications/Store%2Fapi/directories/v1",
    create: {},
  });
  expect(await at("dir", "add", "shop", "storeroom")).toEqual({
    at: "www/sites/shop/directories/storeroom",
    create: {},
  });
});

test("what lies below a site is removed by its path, in any case of letters, and each by its own verb", async () => {
  expect(await editsOf(["www", "app", "remove", "shop", "/STORE"])).toEqual([
    { at: "www/sites/shop/applications/Store", remove: true },
  ]);
  expect(await editsOf(["www", "dir", "remove", "shop", "images"])).toEqual([
    { at: "www/sites/shop/directories/images", remove: true },
  ]);
  expect(await editsOf(["www", "dir", "remove", "shop", "store"])).toContain("has no directory /store");
});

test("applications and directories are listed apart", async () => {
  const paths = async (words: string) => JSON.parse((await run(`${words} --json`, { answers })).out);
  expect((await paths("www app list")).map((it: JsonObject) => it.url)).toEqual(["/Store", "/Store/api"]);
  expect((await paths("www dir list shop")).map((it: JsonObject) => `${it.site}${it.url}`)).toEqual(["shop/images"]);
  const none = { "website.list": [{ ...shop, directories: [] }] };
  expect((await run("www dir list", { answers: none })).out).toBe("There are no directories.\n");
});
