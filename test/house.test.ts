import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/base/clock.ts";
import type { Json, JsonObject } from "../src/base/json.ts";
import { expectGood } from "../src/base/result.ts";
import { verbs } from "../src/cli/verbs.ts";
import { catalogueFlaws } from "../src/event/catalogue.ts";
import { knowledgeFlaws, readKnowledge } from "../src/event/knowledge.ts";
import { house } from "../src/house.ts";
import { decodeOwn } from "../src/schema/decode.ts";
import { modelSchema } from "../src/schema/json-schema.ts";
import { parseBinding } from "../src/schema/kinds/network.ts";
import { outline } from "../src/schema/outline.ts";
import { initHome } from "../src/supervisor/init.ts";
import { takeHome } from "./program/take-home.ts";
import { schemaFlaws } from "./schema-flaws.ts";

const { catalogue, checks, model, services } = house;
const articlesFolder = join(import.meta.dir, "..", "knowledge");
const folder = mkdtempSync(join(tmpdir(), "inetsrv-house-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("every event can help: a sentence, a remedy, and an article where it is serious", () => {
  expect(catalogue.entries.length).toBeGreaterThan(50);
  expect(catalogueFlaws(catalogue)).toEqual([]);
});

test("every article can be read, and rows and articles name only what there is", () => {
  const names = readdirSync(articlesFolder).filter((it) => it.endsWith(".md"));
  const texts = Object.fromEntries(names.map((it) => [it, readFileSync(join(articlesFolder, it), "utf8")]));
  const knowledge = expectGood(readKnowledge(texts, catalogue));
  expect(knowledge.articles).toHaveLength(names.length);
  expect(knowledgeFlaws(knowledge, catalogue)).toEqual([]);
});

test("an article promises only commands that there are", () => {
  const words = [...verbs.map((it) => it.words), "config", "--home FOLDER up"];
  const promised = readdirSync(articlesFolder).flatMap((name) => {
    const text = readFileSync(join(articlesFolder, name), "utf8");
    return [...text.matchAll(/(?:`|^)inetsrv ([^`\n]+)/gm)].map(([, command = ""]) => ({ name, command }));
  });
  expect(promised.length).toBeGreaterThan(50);
  const known = (command: string) => words.some((it) => `${command} `.startsWith(`${it} `));
  expect(promised.filter(({ command }) => !known(command))).toEqual([]);
});

test("every setting and section says what it is, since when, and when a change is felt", () => {
  const flaws: string[] = [];
  for (const row of outline(model)) {
    const { doc } = row.is === "section" ? (row.collection ?? row.section) : row.setting;
    if (doc.split("\n").some((line) => line.trim() === "") || !doc.endsWith(".")) flaws.push(`${row.path}: doc`);
    if (row.is === "section") continue;
    const { since, applies } = row.setting;
    if (!/^\d+\.\d+$/.test(since)) flaws.push(`${row.path}: since`);
    if (!["live", "new-connections", "site-restart", "server-restart"].includes(applies))
      flaws.push(`${row.path}: applies`);
  }
  expect(flaws).toEqual([]);
});

test("a first site is valid, for this machine only, and on a port that anybody may open and no other has", () => {
  const bindings = services.flatMap(({ name, siteSection, firstSite }) => {
    const { own, problems } = decodeOwn(siteSection, firstSite, `${name}/sites/default`);
    expect(problems).toEqual([]);
    return (own.bindings as readonly string[]).map(parseBinding);
  });
  expect(bindings).toHaveLength(services.length);
  for (const it of bindings) {
    expect(it).toMatchObject({ address: "127.0.0.1", host: "" });
    expect(it?.port).toBeGreaterThanOrEqual(1024);
  }
  expect(new Set(bindings.map((it) => it?.port)).size).toBe(bindings.length);
});

let first: JsonObject;
beforeAll(async () => {
  const home = { root: join(folder, "home"), from: "--home" } as const;
  expectGood(await initHome({ home, version: "0.1", model, checks, services, clock: systemClock }));
  const client = await takeHome(home.root);
  const exported = expectGood(await client.call("config.export", { secrets: "omitted" }));
  await client.close();
  first = exported as JsonObject;
});

test("the JSON Schema accepts the first configuration", () => {
  expect(Object.keys(first)).toEqual(Object.keys(model));
  expect(schemaFlaws(first, modelSchema(model))).toEqual([]);
});

test("the JSON Schema refuses what is not a section, a setting, or its kind of value, at its place", () => {
  const flaws = (document: Json) => schemaFlaws(document, modelSchema(model)).map((it) => it.split(":")[0]);
  expect(flaws({ ...first, gopher: {} })).toEqual(["/gopher"]);
  expect(flaws({ smtp: { sites: { a: { bindings: ["*:25"], idelTimeout: "1m" } } } })).toEqual([
    "/smtp/sites/a/idelTimeout",
  ]);
  expect(flaws({ www: { workers: "two" } })).toEqual(["/www/workers"]);
  expect(flaws({ www: { workers: 65 } })).toEqual(["/www/workers"]);
  expect(flaws({ www: { idleTimeout: "soon" } })).toEqual(["/www/idleTimeout"]);
  expect(flaws({ ftp: { sites: { a: { bindings: "*:21" } } } })).toEqual(["/ftp/sites/a/bindings"]);
  expect(flaws({ ftp: { sites: { a: null }, enabled: null } })).toEqual([]);
});
