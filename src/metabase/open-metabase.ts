// Opens the metabase of a home: what is on the disk is looked through and mended, brought into the spelling of this
// release, and freed of a change that nobody confirmed; only then it serves.
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import { good, type Result } from "../base/result.ts";
import type { Report } from "../event/event.ts";
import { type FormatTable, writesOf } from "../format/format-table.ts";
import type { Bringing } from "../format/kept-copy.ts";
import type { Model } from "../schema/section.ts";
import type { Check } from "./change/check.ts";
import { CrossCheck } from "./change/cross-check.ts";
import type { Seal } from "./change/seal-edits.ts";
import { copyFolder } from "./copy/copy-names.ts";
import { diskFolder, type Folder } from "./copy/folder.ts";
import { Keeper } from "./keeper.ts";
import { Metabase } from "./metabase.ts";
import { Served } from "./served.ts";
import { findRecords } from "./start/find-records.ts";
import type { Ground } from "./start/ground.ts";
import { returnOf } from "./start/return.ts";
import { fingerprint, upgradeOf } from "./start/upgrade.ts";
import { metabaseFormatTable } from "./store/format-steps.ts";
import type { Former, Store } from "./store/store.ts";
import { Teller } from "./teller.ts";
import type { Tree } from "./tree/tree.ts";
import { Writer } from "./writer.ts";

export interface MetabaseOptions {
  /** `metabase/` of the home, absolute. */
  readonly folder: string;
  readonly model: Model;
  /** Of the program; another one has the tree looked through setting by setting. */
  readonly release: string;
  readonly checks: readonly Check[];
  readonly seal: Seal;
  readonly clock: Clock;
  readonly report: Report;
  /** Older revisions than so many are forgotten. */
  readonly revisionsMax?: number;
  /** A journal of the copy may grow to this before a checkpoint is written. */
  readonly journalBytes?: number;
  /** The formats it is known in; a test has some of its own, and says where bringing it to one of them fails. */
  readonly formats?: FormatTable;
  readonly bringing?: Pick<Bringing, "strike" | "freeBytes">;
  /** Puts others in the place of store and folder; tests pass some that fail on purpose. */
  readonly twins?: { store(it: Store): Store; folder(it: Folder): Folder };
}

const REVISIONS_MAX = 100_000;
const JOURNAL_BYTES = 1024 * 1024;

export async function openMetabase(options: MetabaseOptions): Promise<Result<Metabase, Fault>> {
  const { folder, model, clock, report, checks, seal, twins } = options;
  const disk = diskFolder(copyFolder(folder));
  const { revisionsMax = REVISIONS_MAX, journalBytes = JOURNAL_BYTES, formats = metabaseFormatTable } = options;
  const nowMs = clock.wallMs();
  const ground: Ground = {
    folder,
    file: databaseFile(folder),
    copyFolder: twins?.folder(disk) ?? disk,
    model,
    revisionsMax,
    nowMs,
    report,
    formats,
    bringing: { ...options.bringing, to: writesOf(formats), release: options.release, wallMs: nowMs },
  };
  const found = await findRecords(ground);
  if (!found.ok) return found;
  const { copy, tree, head, state, readOnly } = found.value;
  const store = twins?.store(found.value.store) ?? found.value.store;
  const served = new Served(state.instance, tree, new CrossCheck(model, checks), head);
  const keeper = new Keeper({ store, copy, folder, revisionsMax, journalBytes, report });
  const archive = { store, instance: state.instance, folder };
  const teller = new Teller(folder, report);
  const writer = new Writer({ served, keeper, clock, teller, folder, archive, readOnly, confirmed: state.confirmed });

  const release = fingerprint(model, options.release);
  const sameRelease = state.model === release;
  await writer.resume(head, sameRelease ? "may wait on" : "ends now");
  if (!sameRelease) {
    const tookOut = await writer.upgrade(upgradeOf(tree));
    if (state.former?.model === release) await bringBack(writer, store, tree, state.former);
    await store.adopt(release, tookOut); // when this fails, the next start looks again
  }
  return good(new Metabase({ model, served, writer, archive, seal }));
}

/** This release had the tree before another one did, and is here again. */
async function bringBack(writer: Writer, store: Store, tree: Tree, { tookOut }: Former): Promise<void> {
  if (tookOut === null) return;
  const taken = await store.revision(tookOut);
  if (taken.ok && taken.value !== null) await writer.bringBack(returnOf(tree, taken.value.changes), tookOut);
}

export const databaseFile = (folder: string): string => join(folder, "metabase.sqlite");
