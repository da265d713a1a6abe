import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expectGood } from "../base/result.ts";
import { articleSections } from "./article.ts";
import { catalogue } from "./catalogue.ts";
import { event } from "./event.ts";
import { logEvents } from "./events.ts";
import { knowledgeFlaws, readKnowledge } from "./knowledge.ts";

const folder = join(import.meta.dir, "..", "..", "knowledge");
const texts = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const taken = event(4000, "error", "address", "Cannot listen on {object}: {because}.", "Stop it.", "port-in-use");
const rows = catalogue({ event: logEvents, net: { taken } });
const knowledge = expectGood(readKnowledge(texts, rows));

test("every article is complete and no longer than a screen or two", () => {
  expect(knowledge.articles.length).toBeGreaterThanOrEqual(16);
  for (const { slug, text } of knowledge.articles) {
    const lines = text.split("\n").length;
    if (lines < 20 || lines > 45) throw new Error(`${slug} has ${lines} lines`);
  }
});

test("each message that people knew finds its article first: as it was, within a line of a log, and in small letters", () => {
  for (const { slug, identifiers } of knowledge.articles) {
    for (const identifier of identifiers) {
      for (const query of [
        identifier,
        `  ${identifier.toLowerCase()}. `,
        `3/14/2004 9:26 PM: ${identifier} (on SRV01)`,
      ]) {
        const found = knowledge.find(query)[0]?.article.slug;
        if (found !== slug) throw new Error(`"${query}" finds ${found} instead of ${slug}`);
      }
    }
  }
});

test("a message with a slip, or told in part, still finds its article", () => {
  const expected = {
    "The specifed handel is invalid": "machine-key",
    "reference to a token that doesn't exist": "machine-key",
    "system can not find file specified service terminated": "hard-coded-path",
    "adress already in use": "port-in-use",
    "socket forbidden access permissions": "port-forbidden",
    "no space left": "disk-full",
    "handle is invalid 0006": "component-mismatch",
    "disk is full": "disk-full",
    "rapid fail": "crash-loop",
    "too many open files": "out-of-descriptors",
    "machine key missing": "machine-key",
  };
  for (const [query, slug] of Object.entries(expected)) {
    const found = knowledge.find(query)[0]?.article.slug;
    if (found !== slug) throw new Error(`"${query}" finds ${found} instead of ${slug}`);
  }
});

test("an event's number, an article's name and an event's sentence lead to the article", () => {
  expect(knowledge.find("4000")[0]).toMatchObject({ article: { slug: "port-in-use" }, score: 1, because: "event" });
  expect(knowledge.find(" Disk-Full ")[0]).toMatchObject({ article: { slug: "disk-full" }, score: 1, because: "name" });
  const sentence = "Cannot listen on 127.0.0.1:25: process 812 (master) holds the port.";
  expect(knowledge.find(sentence)[0]).toMatchObject({ article: { slug: "port-in-use" }, because: "text" });
  expect(knowledge.eventsOf("port-in-use").map(({ row }) => row.number)).toEqual([4000]);
  expect(knowledge.find("nothing of this kind whatsoever, sorry")).toEqual([]);
});

test("no article is found twice by one query", () => {
  for (const query of ["4000", "port-in-use", "10048", "disk full", "access denied"]) {
    const slugs = knowledge.find(query).map((it) => it.article.slug);
    expect(new Set(slugs).size).toBe(slugs.length);
  }
});

test("the same identifier in two articles is refused, as is a bad article", () => {
  const text = `---\ntitle: x\nidentifiers: ["10048"]\n---\n\n${articleSections.map((it) => `## ${it}\n`).join("\n")}`;
  const result = readKnowledge({ "one.md": text, "two.md": text, "three.md": "" }, rows);
  expect(result.ok ? [] : result.error.map((it) => `${it.subject.name} ${it.because}`)).toEqual([
    "knowledge/three.md it has no front matter",
    'knowledge/two.md "10048" leads to one too',
  ]);
});

test("a row whose article is not written, and an article that shows an unknown event or article, are named", () => {
  const lost = event(7, "error", "file", "{object} is lost.", "Look.", "not-there");
  const flaws = knowledgeFlaws(knowledge, catalogue({ test: { lost } }));
  expect(flaws).toContain("event 7 (test.lost) names not-there, which is not written");
  expect(flaws).toContain("the article port-in-use shows event 4000, which is not in the catalogue");
  expect(knowledgeFlaws(knowledge, rows).filter((it) => it.startsWith("event"))).toEqual([]);
  const article = `---\ntitle: x\nidentifiers: ["y"]\n---\n\n${articleSections.map((it) => `## ${it}\n`).join("\n")}`;
  const one = expectGood(
    readKnowledge({ "one.md": `${article}\ninetsrv explain one, explain 404.3, explain two` }, rows),
  );
  expect(knowledgeFlaws(one, catalogue({}))).toEqual(["the article one shows the article two, which is not written"]);
});
