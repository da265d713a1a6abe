// Puts together all that is known of a file that was found: its type, its forms, and by what one sees that it still is so.
import { dirname } from "node:path";
import type { Coding } from "../../proto/http/content/accept-encoding.ts";
import type { EntityTag } from "../../proto/http/content/entity-tag.ts";
import type { Chosen } from "./coding/coding-choice.ts";
import { codingTable, rowOf } from "./coding/coding-table.ts";
import { COMPRESSED_FROM_BYTES_MAX } from "./coding/compressor.ts";
import type { ContentRules } from "./content-rules.ts";
import type { ContentWorld } from "./content-world.ts";
import type { Disk } from "./file/disk.ts";
import { entityTagOf } from "./file/entity-tags.ts";
import type { Opened } from "./file/open-inside.ts";
import { isYoung, kept, type Stamp } from "./file/stamp.ts";
import type { Form, Found, Watched } from "./known/known-file.ts";
import { represent } from "./representation.ts";

/** Where names are looked for. */
export interface Ground {
  readonly folder: string;
  readonly rules: ContentRules;
}

const madeCodings = codingTable.filter((it) => it.compress !== undefined).map((it) => it.coding);

/** Undefined where the file has no type. */
export function describeFile(
  world: ContentWorld,
  { folder, rules }: Ground,
  names: readonly string[],
  { path, stamp }: Opened,
): Found | undefined {
  const type = rules.typeOf(names.at(-1) ?? "");
  if (type === undefined) return undefined;
  const nowMs = world.clock.wallMs();
  const { watched, siblings } = lookAround(world.disk, path, rules.precompressed);
  const besides = siblings.filter((it) => it.modifiedMs >= stamp.modifiedMs);
  const isMade = stamp.size <= COMPRESSED_FROM_BYTES_MAX && rules.isCompressed(type, stamp.size);
  const makes = isMade ? madeCodings.filter((coding) => besides.every((it) => it.coding !== coding)) : [];
  const varies = besides.length > 0 || makes.length > 0;
  const form = (coding: Chosen, own: Stamp): Form => {
    const tag = tagIn(entityTagOf(rules.entityTag, own, isYoung(own, nowMs)), coding);
    const described = { type, size: own.size, tag, modifiedMs: stamp.modifiedMs, coding, varies };
    return { representation: represent(described, rules, nowMs), names: namesIn(names, coding), stamp: own };
  };
  const all = [{ ...stamp, path }, ...watched];
  return {
    rules,
    folder,
    plain: form("identity", stamp),
    siblings: new Map(besides.map((it) => [it.coding, form(it.coding, it)])),
    makes,
    watched: all,
    isYoung: all.some((it) => isYoung(it, nowMs)),
  };
}

interface Sibling extends Watched {
  readonly coding: Coding;
}

/** The folder tells when something comes or goes beside the file: a sibling, or a document that is preferred. */
function lookAround(disk: Disk, path: string, wantsSiblings: boolean) {
  const watched: Watched[] = [];
  const siblings: Sibling[] = [];
  const above = dirname(path);
  const folder = disk.lookNow(above);
  if (folder !== undefined) watched.push({ ...kept(folder), path: above });
  for (const { coding, ending } of wantsSiblings ? codingTable : []) {
    const beside = disk.lookNow(path + ending);
    if (beside?.kind === "file") siblings.push({ ...kept(beside), path: path + ending, coding });
  }
  return { watched: [...watched, ...siblings], siblings };
}

/** Two forms of a file are told apart, whatever their times say. */
const tagIn = (tag: EntityTag | undefined, coding: Chosen): EntityTag | undefined =>
  tag === undefined || coding === "identity" ? tag : { ...tag, opaque: `${tag.opaque}-${coding}` };

const namesIn = (names: readonly string[], coding: Chosen): readonly string[] =>
  coding === "identity" ? names : [...names.slice(0, -1), `${names.at(-1)}${rowOf(coding)?.ending}`];
