// Opens what lies below a folder, and makes sure of the open file itself that it does: a link may have been followed on the way,
// or put there a moment ago. It does not read.
import { join } from "node:path";
import { bad, good, type Result } from "../../../base/result.ts";
import { type Failure, failureOf, failures } from "../failure.ts";
import type { Disk } from "./disk.ts";
import { kept, type Stamp } from "./stamp.ts";

/** Which links are followed: none, those that stay below the folder, or all. */
export const linkRules = ["refuse", "inside", "anywhere"] as const;
export type LinkRule = (typeof linkRules)[number];

export interface Opened {
  readonly kind: "file";
  /** To be closed by whoever gets it. */
  readonly file: number;
  readonly path: string;
  readonly stamp: Stamp;
}

export interface Folder {
  readonly kind: "folder";
  readonly path: string;
}

/** `below` are names that were decided to be safe. What is neither file nor folder counts as nothing. */
export async function openInside(
  disk: Disk,
  folder: string,
  below: readonly string[],
  links: LinkRule,
): Promise<Result<Opened | Folder, Failure>> {
  const way = { disk, folder, below, links, path: join(folder, ...below) };
  const { path } = way;
  let file: number | undefined;
  try {
    const handle = await disk.open(path);
    file = handle.file;
    const look = disk.lookAtOpen(file);
    const [kind, stamp] = [look.kind, kept(look)];
    const failure = await linkFlaw(way, handle.place);
    if (failure === undefined && kind === "file") return good({ kind, file, path, stamp });
    disk.close(file);
    if (failure !== undefined) return bad(failure);
    return kind === "folder" ? good({ kind, path }) : bad(failures.notFound(`${path}: no file or folder`));
  } catch (thrown) {
    if (file !== undefined) disk.close(file);
    const failure = failureOf(thrown, path);
    return failure.status === 403 && (await isShutFolder(way)) ? good({ kind: "folder", path }) : bad(failure);
  }
}

interface Way {
  readonly disk: Disk;
  readonly folder: string;
  readonly below: readonly string[];
  readonly links: LinkRule;
  readonly path: string;
}

async function linkFlaw({ disk, folder, below, links, path }: Way, place: string): Promise<Failure | undefined> {
  if (links === "anywhere" || place === path) return undefined;
  // The folder itself may be a link, such as "current", and one that changes: so it is resolved each time.
  const root = await disk.realPath(folder);
  if (links === "refuse" ? place === join(root, ...below) : isBelow(root, place)) return undefined;
  return failures.noRead(`${path}: a link ${links === "refuse" ? "" : "out of the folder "}to ${place}`);
}

/** One may be passed that may not be read: what lies in it is served, and only its listing is not. */
async function isShutFolder(way: Way): Promise<boolean> {
  try {
    const stats = await way.disk.stats(way.path);
    return stats.isDirectory() && (await linkFlaw(way, await way.disk.realPath(way.path))) === undefined;
  } catch {
    return false;
  }
}

export const isBelow = (root: string, path: string): boolean =>
  path.startsWith(root) && (path.length === root.length || root.endsWith("/") || path[root.length] === "/");
