import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { smallCatalogue, smallModel, smallOperations } from "../src/cli/testing/fake-program.ts";
import { verbs } from "../src/cli/verbs.ts";
import { outline } from "../src/schema/outline.ts";
import { type Definitions, definitions, manualFolder, manualPages, staleFiles, writePages } from "./manual.ts";

const small: Definitions = { model: smallModel, verbs, catalogue: smallCatalogue, operations: smallOperations };

test("the committed manual is what the definitions say; `npm run manual` makes it so", async () => {
  expect(staleFiles(manualFolder, manualPages(await definitions()))).toEqual([]);
});

test("every setting, verb, event and operation has its place in the manual", () => {
  const pages = manualPages(small);
  for (const { path } of outline(smallModel)) expect(pages["settings.md"]).toContain(`# \`${path}\``);
  for (const { words, hidden } of verbs)
    expect(pages["commands.md"]?.includes(`### \`inetsrv ${words}\``)).toBe(hidden === undefined);
  for (const { row } of smallCatalogue.entries)
    expect(pages["events.md"]).toContain(`| ${row.number} | ${row.level} |`);
  for (const { name } of smallOperations) expect(pages["control-api.md"]).toContain(`## \`${name}\``);
  expect(JSON.parse(pages["configuration.schema.json"] ?? "").properties.smtp.properties.idleTimeout.default).toBe(
    "10m",
  );
});

test("a setting is told with what it takes, its default, when it applies and its name in IIS", () => {
  expect(manualPages(small)["settings.md"]).toContain(`### \`smtp/sites/<name>/idleTimeout\`

How long a connection may be silent before it is closed.

- takes: a duration from 1s to 1d, such as 90s, 10m or 1h30m
- default: \`10m\`
- applies: at once
- since: 0.1
- in IIS: ConnectionTimeout (1013)
`);
});

test("a page that is missing, differs or does not belong is stale until the manual is written", () => {
  const folder = mkdtempSync(join(tmpdir(), "manual-"));
  try {
    const pages = { "a.md": "a\n", "b.md": "b\n" };
    expect(staleFiles(join(folder, "none"), pages)).toEqual(["a.md", "b.md"]);
    writeFileSync(join(folder, "a.md"), "old\n");
    writeFileSync(join(folder, "c.md"), "left over\n");
    expect(staleFiles(folder, pages)).toEqual(["a.md", "b.md", "c.md"]);
    writePages(folder, pages);
    expect(staleFiles(folder, pages)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
