// Finds what a path means on disk: a file with all its forms, or a folder. It decides nothing of the request.
import { join } from "node:path";
import { bad, good, type Result } from "../../base/result.ts";
import type { ContentWorld } from "./content-world.ts";
import { describeFile, type Ground } from "./describe-file.ts";
import { type Failure, failureOf, failures } from "./failure.ts";
import { type Opened, openInside } from "./file/open-inside.ts";
import type { Found } from "./known/known-file.ts";

export type FoundContent =
  | { readonly kind: "file"; readonly found: Found; readonly opened: Opened }
  | { readonly kind: "folder"; readonly names: readonly string[]; readonly path: string };

/** What is opened is to be closed by whoever gets it. */
export async function findContent(
  world: ContentWorld,
  { folder, rules }: Ground,
  asked: readonly string[],
): Promise<Result<FoundContent, Failure>> {
  const path = join(folder, ...asked);
  if (!rules.hiddenFiles && asked.some(isHidden)) return bad(failures.hidden(path));
  const names = rules.ignoreCase ? await realNames(world, folder, asked) : good(asked);
  if (!names.ok) return names;
  const opened = await openInside(world.disk, folder, names.value, rules.links);
  if (!opened.ok) return opened;
  if (opened.value.kind === "folder") return good({ ...opened.value, names: names.value });
  const found = describeFile(world, { folder, rules }, names.value, opened.value);
  if (found === undefined) {
    world.disk.close(opened.value.file);
    return bad(failures.noType(opened.value.path));
  }
  return good({ kind: "file", found, opened: opened.value });
}

/** RFC 8615: what is meant for all to see has a dot in front too. */
export const isHidden = (name: string): boolean => name.startsWith(".") && name !== ".well-known";

async function realNames(
  { folderNames }: ContentWorld,
  folder: string,
  asked: readonly string[],
): Promise<Result<readonly string[], Failure>> {
  const path = join(folder, ...asked);
  try {
    const names = await folderNames.resolve(folder, asked);
    return names === undefined ? bad(failures.notFound(path)) : good(names);
  } catch (thrown) {
    return bad(failureOf(thrown, path));
  }
}
