import { expect, test } from "bun:test";
import fc from "fast-check";
import { articleSections, readArticle } from "./article.ts";

const body = articleSections.map((it) => `## ${it}\n\nWords.\n`).join("\n");
const front = (lines: string) => `---\n${lines}\n---\n\n${body}`;
const faultsOf = (text: string, slug = "a-slug") => {
  const result = readArticle(slug, text);
  return result.ok ? [] : result.error.map((it) => it.because);
};

test("an article is its title, its identifiers and its five sections", () => {
  const result = readArticle("a-slug", front('title: The "" service\nidentifiers:\n  - "10048"\n  - \'Error: "x"\''));
  expect(result).toEqual({
    ok: true,
    value: {
      slug: "a-slug",
      title: 'The "" service',
      identifiers: ["10048", 'Error: "x"'],
      checks: [],
      text: body.trimEnd(),
    },
  });
  expect(readArticle("a-slug", front('title: x\nidentifiers: ["a"]').replaceAll("\n", "\r\n")).ok).toBe(true);
});

test("it may name the checks that find what it is about, or say why there is none", () => {
  const read = (more: string) => readArticle("a-slug", front(`title: x\nidentifiers: ["a"]\n${more}`));
  expect(read("checks: [ports, disk]")).toMatchObject({ ok: true, value: { checks: ["ports", "disk"] } });
  expect(read('checks: []\nunchecked: "Nobody knows."')).toMatchObject({ value: { unchecked: "Nobody knows." } });
  expect(read("checks: ports").ok).toBe(false);
});

test("everything wrong is told at once, with the file's name", () => {
  const result = readArticle("A_slug", front("titel: x\nidentifiers:\n  - 10048").replace("## Cause", "## Causes"));
  if (result.ok) throw new Error("accepted");
  expect(result.error.map((it) => it.because)).toEqual([
    "its name is no slug",
    "it has no title",
    "its identifiers are not a list of texts",
    '"titel" is not known (did you mean "title"?)',
    "its sections are Symptoms, Causes, See it, Mend it, What inetsrv does about it",
  ]);
  expect(result.error[0]?.subject.name).toBe("knowledge/A_slug.md");
});

test("a text without front matter, or with one that is no YAML, is refused", () => {
  expect(faultsOf(body)).toEqual(["it has no front matter"]);
  expect(faultsOf("")).toEqual(["it has no front matter"]);
  expect(faultsOf(front('title: "x'))).toContain("it has no title");
  expect(faultsOf(front("- a\n- b"))).toContain("it has no title");
});

test("no text throws", () => {
  fc.assert(fc.property(fc.string(), (text) => expect(readArticle("a", `---\n${text}\n---\n`).ok).toBe(false)));
});
