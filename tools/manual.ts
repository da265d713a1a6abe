// Writes docs/manual/ from the definitions: settings, commands, events, control API and the JSON Schema. With --check it
// writes nothing and fails when the folder is stale; nothing in that folder is written by hand.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Verb } from "../src/cli/verb.ts";
import type { Catalogue } from "../src/event/catalogue.ts";
import { modelSchema } from "../src/schema/json-schema.ts";
import type { Model } from "../src/schema/section.ts";
import type { Operation } from "../src/supervisor/operation.ts";
import { commandsPage } from "./manual/commands-page.ts";
import { controlApiPage } from "./manual/control-api-page.ts";
import { eventsPage } from "./manual/events-page.ts";
import { jsonText } from "./manual/json-text.ts";
import { settingsPage } from "./manual/settings-page.ts";

export interface Definitions {
  readonly model: Model;
  readonly verbs: readonly Verb[];
  readonly catalogue: Catalogue;
  readonly operations: readonly Operation<never>[];
}

type Pages = Readonly<Record<string, string>>;

export const manualFolder = join(dirname(import.meta.dirname), "docs", "manual");

export const manualPages = ({ model, verbs, catalogue, operations }: Definitions): Pages => ({
  "settings.md": settingsPage(model),
  "commands.md": commandsPage(verbs),
  "events.md": eventsPage(catalogue),
  "control-api.md": controlApiPage(operations),
  "configuration.schema.json": `${jsonText(modelSchema(model))}\n`,
});

/** The names of files that are missing, differ or do not belong there. */
export function staleFiles(folder: string, pages: Pages): readonly string[] {
  const there = fileNames(folder);
  const differ = Object.entries(pages).filter(
    ([name, text]) => !there.includes(name) || readFileSync(join(folder, name), "utf8") !== text,
  );
  return [...differ.map(([name]) => name), ...there.filter((name) => !Object.hasOwn(pages, name))].sort();
}

export function writePages(folder: string, pages: Pages): void {
  mkdirSync(folder, { recursive: true });
  for (const name of fileNames(folder)) if (!Object.hasOwn(pages, name)) rmSync(join(folder, name));
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text);
}

function fileNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // before the first time there is no such folder
  }
}

/** What this program is made of now. Loaded when asked, so that the pages can be tried with other definitions. */
export async function definitions(): Promise<Definitions> {
  const { house } = await import("../src/house.ts");
  const { verbs } = await import("../src/cli/verbs.ts");
  return { model: house.model, catalogue: house.catalogue, operations: house.operations, verbs };
}

if (import.meta.main) {
  const pages = manualPages(await definitions());
  const stale = staleFiles(manualFolder, pages);
  if (process.argv.includes("--check")) {
    for (const name of stale) console.log(`docs/manual/${name} is stale: npm run manual`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    writePages(manualFolder, pages);
    for (const name of stale) console.log(`wrote docs/manual/${name}`);
  }
}
