// Opens what lies below a folder, and makes sure of the open file itself that it does: a link may have been followed on the way,
// or put there a moment ago. It does not read.
import { join } from "node:path";
import { bad, good, type Result } from "../../../base/result.ts";
import { type Failure, failureOf, failures } from "../failure.ts";
import type { Disk } from "./disk.ts";
import { type Stamp, stampOf } from "./stamp.ts";

/** Which links are followed: none, those that stay below the folder, or all. */
export const linkRules = ["refuse", "inside", "anywhere"] as const;
export type LinkRule = (typeof linkRules)[number];

export interface Opened {
  readonly kind: "file" | "folder";
  /** To be closed by whoever gets it. */
  readonly file: number;
  readonly path: string;
  readonly stamp: Stamp;
}

/** `below` are names that were decided to be safe. Neither file nor folder counts as nothing. */
export async function openInside(
  disk: Disk,
  folder: string,
  below: readonly string[],
  links: LinkRule,
): Promise<Result<Opened, Failure>> {
  const path = join(folder, ...below);
  let file: number | undefined;
  try {
    file = await disk.open(path);
    const stats = disk.statsOfOpen(file);
    const kind = stats.isFile() ? "file" : stats.isDirectory() ? "folder" : undefined;
    const flaw = kind === undefined ? failures.notFound(`${path}: neither file nor folder`) : undefined;
    const failure = flaw ?? (await linkFlaw(disk, file, folder, below, links));
    if (kind !== undefined && failure === undefined) return good({ kind, file, path, stamp: stampOf(stats) });
    disk.close(file);
    return bad(failure ?? failures.notFound(path));
  } catch (thrown) {
    if (file !== undefined) disk.close(file);
    return bad(failureOf(thrown, path));
  }
}

async function linkFlaw(
  disk: Disk,
  file: number,
  folder: string,
  below: readonly string[],
  links: LinkRule,
): Promise<Failure | undefined> {
  if (links === "anywhere") return undefined;
  const path = join(folder, ...below);
  const place = await disk.placeOfOpen(file, path);
  // The folder itself may be a link, such as "current", and one that changes: so it is resolved each time.
  if (place === path) return undefined;
  const root = await disk.realPath(folder);
  if (links === "refuse" ? place === join(root, ...below) : isBelow(root, place)) return undefined;
  return failures.noRead(`${path}: a link ${links === "refuse" ? "" : "out of the folder "}to ${place}`);
}

export const isBelow = (root: string, path: string): boolean =>
  path === root || path.startsWith(root.endsWith("/") ? root : `${root}/`);
