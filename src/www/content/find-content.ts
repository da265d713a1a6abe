// Finds what a path means on disk: a file with all its forms, or a folder. It decides nothing of the request.
import { join } from "node:path";
import { bad, good, type Result } from "../../base/result.ts";
import type { Coding } from "../../proto/http/content/accept-encoding.ts";
import type { EntityTag } from "../../proto/http/content/entity-tag.ts";
import { COMPRESSED_FROM_BYTES_MAX, madeCodings } from "./coding/compressor.ts";
import type { ContentRules } from "./content-rules.ts";
import type { ContentWorld } from "./content-world.ts";
import { type Failure, failureOf, failures } from "./failure.ts";
import { entityTagOf } from "./file/entity-tags.ts";
import { type Opened, openInside } from "./file/open-inside.ts";
import { isYoung, type Stamp, stampOf } from "./file/stamp.ts";
import type { Form, Found, Watched } from "./known/known-file.ts";
import { represent } from "./representation.ts";

/** Where names are looked for. */
export interface Ground {
  readonly folder: string;
  readonly rules: ContentRules;
}

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
  const found = describe(world, { folder, rules }, names.value, opened.value);
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

const endings: Readonly<Partial<Record<Coding, string>>> = { br: ".br", zstd: ".zst", gzip: ".gz" };

/** Undefined where the file has no type. */
function describe(
  { disk, clock }: ContentWorld,
  { folder, rules }: Ground,
  names: readonly string[],
  { path, stamp }: Opened,
): Found | undefined {
  const type = rules.typeOf(names.at(-1) ?? "");
  if (type === undefined) return undefined;
  const nowMs = clock.wallMs();
  const watched: Watched[] = [{ path, stamp }];
  const above = disk.statsNow(join(path, ".."));
  // Whatever comes or goes beside the file: a sibling, a document that is preferred.
  if (above !== undefined) watched.push({ path: join(path, ".."), stamp: stampOf(above) });
  const besides = new Map<Coding, Stamp>();
  for (const [coding, ending] of Object.entries(rules.precompressed ? endings : {}) as [Coding, string][]) {
    const stats = disk.statsNow(path + ending);
    if (!stats?.isFile()) continue;
    const beside = stampOf(stats);
    watched.push({ path: path + ending, stamp: beside });
    if (beside.modifiedMs >= stamp.modifiedMs) besides.set(coding, beside);
  }
  const isMade = stamp.size <= COMPRESSED_FROM_BYTES_MAX && rules.isCompressed(type, stamp.size);
  const makes = isMade ? madeCodings.filter((it) => !besides.has(it)) : [];
  const varies = besides.size > 0 || makes.length > 0;
  const form = (coding: Coding | "identity", own: Stamp, itsNames: readonly string[]): Form => {
    const tag = entityTagOf(rules.entityTag, own, isYoung(own, nowMs));
    const described = { type, size: own.size, tag: tagIn(tag, coding), modifiedMs: stamp.modifiedMs, coding, varies };
    return { representation: represent(described, rules, nowMs), names: itsNames, stamp: own };
  };
  const siblings = [...besides].map(([coding, own]) => [coding, form(coding, own, withEnding(names, coding))] as const);
  return {
    rules,
    folder,
    plain: form("identity", stamp, names),
    siblings: new Map(siblings),
    makes,
    watched,
    isYoung: watched.some((it) => isYoung(it.stamp, nowMs)),
  };
}

/** Two forms of a file are told apart, whatever their times say. */
const tagIn = (tag: EntityTag | undefined, coding: Coding | "identity"): EntityTag | undefined =>
  tag === undefined || coding === "identity" ? tag : { ...tag, opaque: `${tag.opaque}-${coding}` };

const withEnding = (names: readonly string[], coding: Coding): readonly string[] => [
  ...names.slice(0, -1),
  `${names.at(-1)}${endings[coding]}`,
];
