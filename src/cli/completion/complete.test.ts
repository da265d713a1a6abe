import { expect, test } from "bun:test";
import fc from "fast-check";
import { run } from "../testing/run.ts";
import { server, service } from "../testing/statuses.ts";

const names = (given: { prefix?: unknown }) =>
  ["smtp/sites/default", "smtp/sites/default/bindings", "smtp/sites/second", "www/sites/main"].filter((it) =>
    it.startsWith(String(given.prefix)),
  );
const answers = { "config.names": names, "status.show": server([service("smtp"), service("www")]) };

/** The words offered for what is typed; the last word is the one being typed. */
const offered = async (typed: string, options: Parameters<typeof run>[1] = {}) => {
  const { out, code } = await run(["complete", "--", ...typed.split(" ")], { answers, ...options });
  expect(code).toBe(0);
  return out.split("\n").flatMap((it) => (it === "" ? [] : [it.split("\t")[0] ?? ""]));
};

test("verbs are completed word by word, hidden ones not", async () => {
  expect(await offered("st")).toEqual(["status", "start", "stop"]);
  expect(await offered("keys r")).toEqual(["rotate", "recover", "reseal"]);
  expect(await offered("--json conf")).toEqual(["config"]);
  expect(await offered("ser")).toEqual([]);
  expect(await offered("help config un")).toEqual(["unset"]);
});

test("a verb that begins others offers them where its own words may begin", async () => {
  expect(await offered("doctor ")).toEqual(["undo", "list"]);
  expect(await offered("doctor u")).toEqual(["undo"]);
  expect(await offered("doctor ports ")).toEqual([]);
});

test("flags are those of the verb and of all verbs, but those given already", async () => {
  expect(await offered("events --f")).toEqual(["--follow"]);
  expect(await offered("events --follow --f")).toEqual([]);
  expect(await offered("--j")).toEqual(["--json"]);
});

test("values of flags come from their kind, with a space or with =", async () => {
  expect(await offered("events --level c")).toEqual(["critical"]);
  expect(await offered("events --level=w")).toEqual(["--level=warning"]);
  expect(await offered("events --service ")).toEqual(["server", "smtp", "www"]);
  expect(await offered("--home ")).toEqual([":files"]);
});

test("services and sites are those of the server, or of the model without one", async () => {
  expect(await offered("restart ")).toEqual(["all", "smtp", "smtp/default", "www", "www/default"]);
  expect(await offered("stop smtp www/")).toEqual(["www/default"]);
  expect(await offered("restart ", { online: false })).toEqual(["all", "smtp", "www"]);
});

test("paths grow step by step: sections, collections, entries, settings", async () => {
  expect(await offered("config get ")).toEqual(["smtp/", "www/"]);
  expect(await offered("config get smtp/")).toEqual(["smtp/sites/", "smtp/idleTimeout", "smtp/messageBytesMax"]);
  expect(await offered("config get smtp/sites/")).toEqual(["smtp/sites/default/", "smtp/sites/second/"]);
  expect(await offered("config get smtp/sites/default/b")).toEqual([
    "smtp/sites/default/bindings",
    "smtp/sites/default/banner",
  ]);
  expect(await offered("config remove smtp/sites/d")).toEqual(["smtp/sites/default", "smtp/sites/default/"]);
  expect(await offered("config get smtp/sites/", { online: false })).toEqual([]);
});

test("config set offers paths and values by turns, and no value for a secret", async () => {
  const site = "smtp/sites/default";
  expect(await offered(`config set ${site}/relay `)).toEqual(["none", "authenticated", "listed"]);
  expect(await offered(`config set --why x ${site}/relay l`)).toEqual(["listed"]);
  expect(await offered(`config set ${site}/relay listed ${site}/ba`)).toEqual([`${site}/banner`]);
  expect(await offered(`config set ${site}/smartHostPassword ${site}/ba`)).toEqual([`${site}/banner`]);
  expect(await offered(`config set ${site}/next s`)).toEqual(["second"]);
  expect(await offered("config set www/sites/main/enabled ")).toEqual(["true", "false"]);
});

test("config create offers key=, then values; a secret stands without =", async () => {
  expect(await offered("config create smtp/sites/new re")).toEqual(["relay="]);
  expect(await offered("config create smtp/sites/new banner=x relay=l")).toEqual(["relay=listed"]);
  expect(await offered("config create smtp/sites/new sm")).toEqual(["smartHostPassword"]);
});

test("a word has its meaning beside it", async () => {
  const { out } = await run(["complete", "--", "config", "get", "smtp/i"], { answers });
  expect(out).toBe("smtp/idleTimeout\tHow long a connection may be silent before it is closed.\n");
});

test("completion never takes the lock of the home, and no words make it fail", async () => {
  const word = fc.constantFrom(
    "config",
    "set",
    "get",
    "--why",
    "--json",
    "",
    "smtp/sites/",
    "smtp/sites/default/relay",
    "=",
    "--",
    "a=b",
    "help",
    "start",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 7 }), async (words) => {
      const { code, err, program } = await run(["complete", "--", ...words], { online: false });
      expect([code, err, program.calls]).toEqual([0, "", []]);
    }),
  );
});
