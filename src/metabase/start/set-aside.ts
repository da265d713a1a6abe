// Puts files that cannot be believed where nothing touches them again: renamed as they are, never copied or repaired.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { bad, good } from "../../base/result.ts";
import { type Stored, troubleOfErrno } from "../store/trouble.ts";

/** The answer is the folder where they are now; undefined when none of them is there. */
export function setAside(folder: string, files: readonly string[], atMs: number): Stored<string | undefined> {
  const present = files.filter((it) => existsSync(it));
  if (present.length === 0) return good(undefined);
  const date = new Date(atMs).toISOString().replaceAll(/[:.]/g, "-");
  let aside = join(folder, `damaged-${date}`);
  for (let more = 2; existsSync(aside); more++) aside = join(folder, `damaged-${date}-${more}`);
  try {
    mkdirSync(aside, { mode: 0o700 });
    for (const file of present) renameSync(file, join(aside, basename(file)));
    return good(aside);
  } catch (thrown) {
    return bad(troubleOfErrno(thrown, folder));
  }
}
