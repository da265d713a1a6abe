// Makes the metabase of a new home: an empty tree with a name of its own, in a store and in a copy. It never touches
// one that is there, however damaged.
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { about, type Fault, fault } from "../base/fault.ts";
import { bad, type Result } from "../base/result.ts";
import { emptyCheckpoint } from "./copy/checkpoint.ts";
import { copyFolder } from "./copy/copy-names.ts";
import { diskFolder } from "./copy/folder.ts";
import { GoodCopy } from "./copy/good-copy.ts";
import type { Metabase } from "./metabase.ts";
import { databaseFile, type MetabaseOptions, openMetabase } from "./open-metabase.ts";
import { metabaseFormatTable } from "./store/format-steps.ts";
import { chained } from "./store/revision.ts";
import { SqliteStore } from "./store/sqlite-store.ts";
import { troubleFault, troubleOfErrno } from "./store/trouble.ts";

export async function createMetabase(options: MetabaseOptions, who: string): Promise<Result<Metabase, Fault>> {
  const { folder, clock, release, formats = metabaseFormatTable } = options;
  const attempted = `Cannot create a metabase in ${folder}`;
  const file = databaseFile(folder);
  if (existsSync(file) || existsSync(copyFolder(folder)))
    return bad(fault(about("metabase", folder), attempted, "there is one", "Use it, or name another home with --home"));
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
  } catch (thrown) {
    return bad(troubleFault(troubleOfErrno(thrown, folder), attempted, folder));
  }
  const instance = randomUUID();
  const { digest } = emptyCheckpoint(instance);
  const by = { atMs: clock.wallMs(), who, why: "a new metabase", kind: "init", confirm: null } as const;
  const first = chained(instance, { ...by, n: 1, digest, previous: "", changes: [] });
  const content = { instance, nodes: [], revisions: [first], confirmations: [] };
  const made = SqliteStore.create(file, content, formats, release);
  if (!made.ok) return bad(troubleFault(made.error, attempted, folder));
  const copy = await GoodCopy.begin(diskFolder(copyFolder(folder)), instance, { n: 0, chain: "" });
  if (copy.ok) await copy.value.catchUp(made.value); // what fails here is told when it is opened
  await made.value.close();
  return openMetabase(options);
}
