// How this room meets the disk: what goes wrong there comes back as a fault about a named thing.
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
