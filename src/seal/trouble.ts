// A failure of this room: a fault for whoever asked, and the event of the same words for the log. One row of the
// catalogue feeds both, so that screen, log and manual never tell different stories.
import { type Fault, fault, type Subject } from "../base/fault.ts";
import { type Occurrence, type Report, reporter } from "../event/event.ts";

export interface Trouble extends Fault {
  tell(report: Report): void;
}

/** `tell` reports one event; its sentence becomes the reason of the fault, its remedy the remedy. */
export function trouble(subject: Subject, attempted: string, tell: (report: Report) => void): Trouble {
  let told: Occurrence | undefined;
  tell(
    reporter(
      "server",
      () => 0,
      (it) => {
        told = it;
      },
    ),
  );
  if (told === undefined) throw new Error(`nothing told about ${subject.name}`);
  return { ...fault(subject, attempted, withoutStop(told.sentence), withoutStop(told.remedy)), tell };
}

const withoutStop = (text: string): string => text.replace(/\.$/, "");

const words: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  ENOENT: "no such file or folder",
  EEXIST: "the name is taken",
  EISDIR: "it is a folder",
  ENXIO: "it is not a plain file",
  ENOTDIR: "a part of its path is not a folder",
  ELOOP: "too many symbolic links",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EIO: "the disk reports an error",
};

/** "permission denied (EACCES)" */
export const reasonOf = (errno: string): string => (words[errno] ? `${words[errno]} (${errno})` : errno);
