// What lies on the disk and what a start makes of it: which of store and copy serves, and which mends the other. Every
// case of the table in README.md is decided from here.
import type { Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { readCopy } from "../copy/read-copy.ts";
import { metabaseEvents } from "../events.ts";
import { bringFormat } from "../store/bring-format.ts";
import { SqliteStore } from "../store/sqlite-store.ts";
import type { Stored } from "../store/trouble.ts";
import { serveFromCopy } from "./from-copy.ts";
import type { Ground, Records } from "./ground.ts";
import { inspect } from "./inspect.ts";
import { keepStore } from "./keep-store.ts";
import { readWhatCanBeRead } from "./read-only.ts";
import { cannotOpen, metabase } from "./telling.ts";

export async function findRecords(ground: Ground): Promise<Result<Records, Fault>> {
  const opened = openStore(ground);
  const found = opened.ok ? await inspect(opened.value, ground.model) : opened;
  const copy = await readCopy(ground.copyFolder);
  for (const it of [found, copy])
    if (!it.ok && it.error.is === "newer") {
      const refused = cannotOpen(ground, it.error);
      const { because, remedy } = refused;
      ground.report(metabaseEvents.madeByNewer, metabase(ground), { because, remedy });
      if (opened.ok) await opened.value.close();
      return bad(refused);
    }

  const kept = found.ok ? await keepStore(ground, found.value, copy) : found;
  if (kept.ok) return good(kept.value);
  const store = opened.ok ? opened.value : undefined;
  switch (kept.error.is) {
    case "missing":
    case "damaged":
      return serveFromCopy(ground, kept.error, store, copy);
    case "newer":
    case "older":
    case "held":
      return bad(cannotOpen(ground, kept.error));
    case "full":
    case "read-only":
    case "denied":
    case "failed":
      await store?.close();
      return readWhatCanBeRead(ground, kept.error, copy);
  }
}

/** A store of an older format is brought to that of today first. */
function openStore(ground: Ground): Stored<SqliteStore> {
  const { file, formats, bringing, report } = ground;
  const opened = SqliteStore.open(file, formats);
  if (opened.ok || opened.error.is !== "older") return opened;
  const brought = bringFormat(file, formats, bringing);
  if (!brought.ok) return brought;
  const { from, to, kept = "" } = brought.value;
  report(metabaseEvents.formatBrought, metabase(ground), { from, to, kept });
  return SqliteStore.open(file, formats);
}
