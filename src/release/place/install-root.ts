// The folder that holds releases side by side: their names, the links that say which one is in use, and the keys of its
// owner. Found at run time from where the program lies, so that it may be moved.
import { lstatSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { namesIn } from "../../base/disk.ts";
import { compareVersions, readVersion } from "../version.ts";

export const RELEASES = "releases";
export const RELEASE_KEYS = "release-keys";
export type Link = "current" | "previous";

export const releaseFolder = (root: string, version: string): string => join(root, RELEASES, version);
export const keyFolder = (root: string): string => join(root, RELEASE_KEYS);

/** Newest first. Whatever else lies there, as what a killed installation left, counts as nothing. */
export function versionsIn(root: string): readonly string[] {
  const isRelease = (it: string): boolean => readVersion(it) !== undefined && isFolder(releaseFolder(root, it));
  return namesIn(join(root, RELEASES)).filter(isRelease).sort(compareVersions).reverse();
}

/** Where the link leads; undefined when there is none, or it leads to what is no release. */
export function linkedVersion(root: string, link: Link): string | undefined {
  try {
    const version = basename(readlinkSync(join(root, link)));
    return readVersion(version) === undefined ? undefined : version;
  } catch {
    return undefined;
  }
}

export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

const isFolder = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
