// Reads what a folder holds for its listing: names that a visitor could ask for, with size and time. What is hidden, and links that
// lead nowhere or out, are left out.
import { join } from "node:path";
import { bad, good, type Result } from "../../../base/result.ts";
import { type Failure, failureOf } from "../failure.ts";
import type { Disk } from "../file/disk.ts";
import { isBelow, type LinkRule } from "../file/open-inside.ts";
import type { Entry } from "./listing-columns.ts";

export interface ListingRules {
  readonly links: LinkRule;
  readonly hiddenFiles: boolean;
  readonly entriesMax: number;
}

export interface Listed {
  readonly entries: readonly Entry[];
  /** There is more in the folder than is listed. */
  readonly isCut: boolean;
}

const AT_A_TIME = 64;

export async function listFolder(
  disk: Disk,
  root: string,
  path: string,
  rules: ListingRules,
): Promise<Result<Listed, Failure>> {
  try {
    const ground = await disk.realPath(rules.links === "refuse" ? path : root);
    const all = (await disk.names(path)).filter((it) => rules.hiddenFiles || !it.startsWith("."));
    const names = [...all].sort().slice(0, rules.entriesMax);
    const entries: Entry[] = [];
    for (let at = 0; at < names.length; at += AT_A_TIME) {
      const some = names.slice(at, at + AT_A_TIME).map((name) => look(disk, ground, path, name, rules.links));
      for (const entry of await Promise.all(some)) if (entry !== undefined) entries.push(entry);
    }
    return good({ entries, isCut: all.length > names.length });
  } catch (thrown) {
    return bad(failureOf(thrown, path));
  }
}

/** `ground` is where it has to lie, links resolved: in the folder itself where they are refused, else anywhere below the root. */
async function look(
  disk: Disk,
  ground: string,
  path: string,
  name: string,
  links: LinkRule,
): Promise<Entry | undefined> {
  const own = join(path, name);
  try {
    if (links !== "anywhere") {
      const real = await disk.realPath(own);
      if (links === "inside" ? !isBelow(ground, real) : real !== join(ground, name)) return undefined;
    }
    const stats = await disk.stats(own);
    if (!stats.isFile() && !stats.isDirectory()) return undefined;
    return { name, isFolder: stats.isDirectory(), bytes: stats.size, modifiedMs: stats.mtimeMs };
  } catch {
    return undefined;
  }
}
