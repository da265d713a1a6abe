import { expect, test } from "bun:test";
import { fakeAsker } from "./testing/fake-asker.ts";
import { OpenSite } from "./testing/open-site.ts";

const files = {
  "content/a/index.html": "root",
  "content/a/shop/index.html": "not this",
  "content/a/docs/a.txt": "doc",
  "content/a/docs/App_data/a.txt": "hidden",
  "content/a/x.config": "secret",
  "pictures/a.txt": "picture",
  "store/index.html": "store",
  "store/img/a.txt": "in the store",
  "elsewhere/a.txt": "elsewhere",
};

test("a path leads to the deepest directory that it goes through, in any case of letters", async () => {
  using it = new OpenSite(
    {
      directories: { pictures: { settings: { path: "pictures" } } },
      applications: {
        shop: { settings: { path: "store" }, directories: { "deep/er": { settings: { path: "elsewhere" } } } },
      },
    },
    files,
  );
  expect(await it.get("/")).toBe("200 root");
  expect(await it.get("/docs/a.txt")).toBe("200 doc");
  expect(await it.get("/pictures/a.txt")).toBe("200 picture");
  expect(await it.get("/PICTURES/a.txt")).toBe("200 picture");
  expect(await it.get("/picturesque/a.txt")).toBe("404");
  expect(await it.get("/shop/")).toBe("200 store");
  expect(await it.get("/shop/img/a.txt")).toBe("200 in the store");
  expect(await it.get("/shop/deep/er/a.txt")).toBe("200 elsewhere");
  expect(await it.get("/docs/../shop/%64eep/er/./a.txt")).toBe("200 elsewhere");
  expect(await it.get("/pictures/../../a.txt")).toBe("400");
});

test("an error shows a page of the site itself where a row says so, also for what the filter refuses", async () => {
  const errorPages = ["404 url /docs/a.txt", "404.8 url /none.txt"];
  using it = new OpenSite({ settings: { errorMode: "custom", errorPages } }, files);
  expect(await it.page("/none")).toBe("404 doc");
  expect(await it.page("/x.config")).toBe("404.7 doc");
  expect(await it.page("/docs/App_data/a.txt")).toContain("<h1>404 Not Found</h1>");
});

test("a directory without a folder of its own has its files in the folder above, and settings of its own", async () => {
  using it = new OpenSite(
    {
      settings: { deniedFileExtensions: [".txt"] },
      directories: {
        docs: { settings: { deniedFileExtensions: [] } },
        "docs/App_data": { settings: { hiddenSegments: [] } },
      },
    },
    files,
  );
  expect(await it.get("/docs/a.txt")).toBe("200 doc");
  expect(await it.get("/shop/a.txt")).toBe("404.7");
  expect(await it.get("/docs/App_data/a.txt")).toBe("200 hidden");
});

test("what a setting of a site says counts in its directories too, unless they say otherwise", async () => {
  using it = new OpenSite(
    {
      settings: { hiddenSegments: ["docs"], allowDoubleEscaping: true },
      applications: {
        shop: {
          settings: { path: "store", hiddenSegments: ["img"] },
          directories: { deep: { settings: { path: "elsewhere" } } },
        },
      },
    },
    files,
  );
  expect(await it.get("/docs/a.txt")).toBe("404.8");
  expect(await it.get("/shop/docs/a.txt")).toBe("404");
  expect(await it.get("/shop/img/a.txt")).toBe("404.8");
  expect(await it.get("/shop/deep/img/a.txt")).toBe("404.8");
  expect(await it.get("/shop/deep/a.txt")).toBe("200 elsewhere");
});

test("what a directory says counts in those below it on the path, whichever node they stand at", async () => {
  const shut = { authorization: [] };
  using it = new OpenSite(
    {
      directories: {
        docs: { settings: shut },
        "docs/App_data": { settings: { hiddenSegments: [] } },
        "Store/img": {},
        "store/img/open": { settings: { authorization: ["allow *"], path: "elsewhere" } },
      },
      applications: {
        store: { settings: { ...shut, path: "store" } },
        "docs/shop": { settings: { path: "store" }, directories: { img: {} } },
      },
    },
    files,
  );
  for (const target of ["/docs/App_data/a.txt", "/docs/shop/", "/docs/shop/img/a.txt", "/store/img/a.txt"])
    expect([target, await it.get(target)]).toEqual([target, "403"]);
  expect(await it.get("/store/img/open/a.txt")).toBe("200 elsewhere");
});

test("a document with settings of its own, or one that the filter refuses, is sent for by its own name", async () => {
  using it = new OpenSite(
    {
      directories: { "index.html": { settings: { authorization: [] } } },
      applications: { shop: { settings: { path: "store", deniedFileExtensions: [".html"] } } },
    },
    files,
  );
  const sent = await it.ask("GET", "/?a=b");
  expect([sent.status, sent.fields[0]]).toEqual([302, ["Location", "/index.html?a=b"]]);
  expect(await it.get("/index.html")).toBe("403");
  expect(await it.get("/shop/")).toBe("302");
  expect(await it.get("/shop/index.html")).toBe("404.7");
});

test("a listing holds nothing that the filter refuses, or that the address may not see", async () => {
  using it = new OpenSite(
    {
      settings: { directoryBrowsing: true, defaultDocuments: [] },
      directories: { docs: { settings: { addressAccess: ["allow 192.0.2.7"], addressAccessUnlisted: "deny" } } },
    },
    { ...files, "content/a/web.config": "secret", "content/a/b+c.txt": "a plus" },
  );
  const listed = async (address: string) => {
    const { body } = await it.ask("GET", "/", "", fakeAsker({ address }));
    return [...String(body).matchAll(/href="\.\/([^"]*)"/g)].map(([, name]) => name);
  };
  expect(await listed("192.0.2.7")).toEqual(["docs/", "shop/", "index.html"]);
  expect(await listed("192.0.2.8")).toEqual(["shop/", "index.html"]);
});

test("two nodes for one path count both, so that none is open by mistake", async () => {
  using it = new OpenSite(
    {
      directories: { Docs: {}, docs: { settings: { authorization: [] } }, shop: { settings: { authorization: [] } } },
      applications: { shop: { settings: { path: "store" } } },
    },
    files,
  );
  expect(await it.get("/docs/a.txt")).toBe("403");
  expect(await it.get("/shop/")).toBe("403");
});

test("a directory of an application lies in its folder", async () => {
  const applications = { shop: { settings: { path: "store" }, directories: { img: {} } } };
  using it = new OpenSite({ applications }, files);
  expect(await it.get("/shop/img/a.txt")).toBe("200 in the store");
});

test("files are asked for with GET and HEAD; other verbs are refused, and OPTIONS tells which there are", async () => {
  using it = new OpenSite({}, files);
  expect(await it.code("HEAD", "/")).toBe("200");
  const post = await it.ask("POST", "/");
  expect([post.status, post.fields[0]]).toEqual([405, ["Allow", "GET, HEAD, OPTIONS"]]);
  for (const method of ["TRACE", "PUT", "PATCH", "PROPFIND"]) expect(await it.code(method, "/")).toBe("405");
  for (const method of ["BREW", "get", "constructor"]) expect(await it.code(method, "/")).toBe("501");
  const options = await it.ask("OPTIONS", "/");
  expect([options.status, options.fields]).toEqual([200, [["Allow", "GET, HEAD, OPTIONS"]]]);
  expect(await it.code("OPTIONS", "*")).toBe("200");
  expect(await it.code("CONNECT", "a.example:443")).toBe("405");
});

test("a site that keeps no connection says so in each answer", async () => {
  using it = new OpenSite({ settings: { allowKeepAlive: false } }, files);
  expect((await it.ask("GET", "/")).close).toBe(true);
  expect((await it.ask("GET", "/bin/x")).close).toBe(true);
});
