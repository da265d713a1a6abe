// Which entity tag a file gets, by the form that the site has chosen. Pure.
import type { EntityTag } from "../../../proto/http/content/entity-tag.ts";
import type { Stamp } from "./stamp.ts";

/** "file" tells two files apart that are alike; "time" is the same on all servers of a farm; "iis" looks as that of IIS. */
export const entityTagForms = ["file", "time", "iis", "none"] as const;
export type EntityTagForm = (typeof entityTagForms)[number];

/** `weak`: it may yet change without a sign. RFC 9110 §8.8.1. */
export function entityTagOf(form: EntityTagForm, stamp: Stamp, weak: boolean): EntityTag | undefined {
  const opaque = opaqueOf(form, stamp);
  return opaque === undefined ? undefined : { weak, opaque };
}

function opaqueOf(form: EntityTagForm, { inode, size, modifiedMs }: Stamp): string | undefined {
  switch (form) {
    case "file":
      return `${inode.toString(36)}-${size.toString(36)}-${ticks(modifiedMs).toString(36)}`;
    case "time":
      return `${size.toString(36)}-${ticks(modifiedMs).toString(36)}`;
    case "iis":
      return `${(ticks(modifiedMs) + EPOCH_1601).toString(16)}:0`;
    case "none":
      return undefined;
  }
}

/** What Windows counts time in, and how many of them lie between its epoch and ours. */
const ticks = (ms: number): bigint => BigInt(Math.floor(ms * 10_000));
const EPOCH_1601 = 116_444_736_000_000_000n;
