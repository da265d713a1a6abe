// Removes what processes that died left in the folder of bodies. Only whoever has the spool alone may remove young files:
// a living one may be about to name them.
import type { Database } from "bun:sqlite";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { attemptNow, bodiesFolder, bodyNames } from "../body-file.ts";
import { needed } from "../book/look.ts";

/** No transaction of SMTP lasts as long. */
export const ORPHAN_AGE_MS = 24 * 60 * 60 * 1000;

/** Files that no row needs and that are older than `untilMs`. */
export function sweep(folder: string, database: Database, untilMs: number): void {
  const names = bodyNames(folder);
  const asked = attemptNow(
    () =>
      new Set(
        needed(
          database,
          names.flatMap((it) => (it.whole ? [it.file] : [])),
        ),
      ),
  );
  if (!asked.ok) return; // what cannot be asked is not removed
  for (const { name, file, whole } of names) {
    if (whole && asked.value.has(file)) continue;
    const path = join(bodiesFolder(folder), name);
    attemptNow(() => {
      if (statSync(path).mtimeMs <= untilMs) rmSync(path);
    });
  }
}
