// Brings a form of a file into memory: reads it, or compresses it, and keeps what came.
import { bad, good, type Result } from "../../base/result.ts";
import type { Coding } from "../../proto/http/content/accept-encoding.ts";
import type { Chosen } from "./coding/coding-choice.ts";
import type { ContentWorld } from "./content-world.ts";
import { type Failure, failureOf } from "./failure.ts";
import type { Opened } from "./file/open-inside.ts";
import { readWhole } from "./file/read-whole.ts";
import { isSame } from "./file/stamp.ts";
import type { Form, Held, KnownFile } from "./known/known-file.ts";
import { type Representation, represent } from "./representation.ts";

/** "changed": the file is no longer what was found. */
export async function readForm(
  { disk }: ContentWorld,
  { stamp }: Form,
  opened: Opened,
): Promise<Result<Buffer, Failure | "changed">> {
  try {
    const read = await readWhole(disk, opened, stamp.size);
    return read !== undefined && isSame(read.stamp, stamp) ? good(read.bytes) : bad("changed");
  } catch (thrown) {
    return bad(failureOf(thrown, opened.path));
  }
}

/** What is held of a file that is kept counts. */
export function hold(
  { known, date }: ContentWorld,
  file: KnownFile,
  coding: Chosen,
  representation: Representation,
  bytes: Buffer,
): Held {
  const before = file.heldBytes;
  const held = file.hold(coding, representation, bytes, date);
  known.grew(file, file.heldBytes - before);
  return held;
}

/** Undefined where it is sent as it is, as somebody is at it, nobody has time, or nothing is gained. */
export async function holdMade(
  world: ContentWorld,
  file: KnownFile,
  coding: Coding,
  opened: Opened,
): Promise<Result<Held | undefined, Failure | "changed">> {
  if (file.making.has(coding)) return good(undefined);
  file.making.add(coding);
  const { plain, rules } = file.found;
  const content = file.held.identity?.bytes;
  const bytes = content === undefined ? await readForm(world, plain, opened) : good(content);
  const made = bytes.ok ? await world.compressor.compress(coding, bytes.value) : bytes;
  file.making.delete(coding);
  if (!Buffer.isBuffer(made) && typeof made !== "string") return bad(made.error);
  if (made === "busy") return good(undefined);
  if (made === "vain" || made.length > world.known.fileBytesMax) {
    file.giveUp(coding);
    return good(undefined);
  }
  const { type, current } = plain.representation;
  // Another release of the compressor may come to other bytes: the tag says no more than that both mean the same.
  const tag = current.entityTag && { ...current.entityTag, weak: true };
  const described = { type, size: made.length, tag, modifiedMs: plain.stamp.modifiedMs, coding, varies: true };
  return good(hold(world, file, coding, represent(described, rules, world.clock.wallMs()), made));
}
