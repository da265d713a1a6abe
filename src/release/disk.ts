// How this room meets the disk: what goes wrong there comes back as a fault about a named thing, and what is written is
// durable before anybody says so.
import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { type Fault, fault, type Subject } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";

export interface Attempt {
  readonly subject: Subject;
  /** "Cannot install 0.2.0" */
  readonly attempted: string;
  readonly remedy?: string;
}

const CHECK_DISK = "Look at the disk, its free place and who may write there, then do it again";
const isOfSystem = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException | null)?.code === "string";

export const refuse = ({ subject, attempted, remedy = CHECK_DISK }: Attempt, because: string, mend = remedy): Fault =>
  fault(subject, attempted, because, mend);

/** Errors of the system become faults; all others are bugs and go on. */
export function onDisk<T>(attempt: Attempt, work: () => T): Result<T, Fault> {
  try {
    return good(work());
  } catch (error) {
    if (!isOfSystem(error)) throw error;
    return bad(refuse(attempt, messageOf(error)));
  }
}

/** Of a file its content, of a folder the names in it. */
export function sync(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The whole file or the one before, whatever happens in between. */
export function replaceFile(path: string, content: string | Uint8Array, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.part-${process.pid}`;
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  try {
    rmSync(part, { force: true });
    // Through no link that somebody else has put there.
    const fd = openSync(part, "wx", mode);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fchmodSync(fd, mode);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  sync(dirname(path));
}
