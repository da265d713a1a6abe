// Reading one file of the key folder: its text, or exactly what stands in the way. Judges owner and access, never
// the content.
import { join } from "node:path";
import { about, type Subject } from "../base/fault.ts";
import { sealEvents } from "./events.ts";
import type { Errno, KeyFolder } from "./key-folder.ts";
import { reasonOf, type Trouble, trouble } from "./trouble.ts";

export type KeyFile =
  | { readonly at: "read"; readonly text: string; readonly uid: number; readonly mode: number }
  | { readonly at: "missing" }
  | Unreadable
  | BadlyOwned;

export interface Unreadable {
  readonly at: "unreadable";
  readonly errno: Errno;
  /** Who we are, as words. */
  readonly user: string;
  readonly trouble: Trouble;
}

export interface BadlyOwned {
  readonly at: "badly-owned";
  readonly uid: number;
  readonly expected: number;
  readonly trouble: Trouble;
}

/**
 * A file is trusted when it belongs to root, to us, or to the owner of the home: who owns the home could replace the
 * whole folder anyway. A file of anybody else was put there by a stranger, or would let one read it; it is not used.
 */
export function readKeyFile(folder: KeyFolder, name: string): KeyFile {
  const found = folder.read(name);
  if (found.at === "missing") return found;

  const subject = keySubject(folder, name);
  const owner = folder.ownership("home")?.uid ?? folder.user.uid;
  if (found.at === "unreadable") {
    const { errno } = found;
    const user = folder.user.name;
    const why = trouble(subject, "Cannot read a key file", (report) =>
      report(sealEvents.keyFileUnreadable, subject, { user, reason: reasonOf(errno), owner }),
    );
    return { at: "unreadable", errno, user, trouble: why };
  }

  const { uid, mode, text } = found;
  if ([0, folder.user.uid, owner].includes(uid)) return { at: "read", text, uid, mode };
  const why = trouble(subject, "Cannot trust a key file", (report) =>
    report(sealEvents.keyFileBadlyOwned, subject, { uid, owner }),
  );
  return { at: "badly-owned", uid, expected: owner, trouble: why };
}

/** A file of the folder, or the folder itself, as the object of an event. */
export const keySubject = (folder: KeyFolder, ...name: readonly string[]): Subject<"key"> =>
  about("key", join(folder.path, ...name));

export function unwritable(folder: KeyFolder, name: string, errno: Errno): Trouble {
  const subject = keySubject(folder, name);
  return trouble(subject, "Cannot write a key file", (report) =>
    report(sealEvents.keyFileUnwritable, subject, { user: folder.user.name, reason: reasonOf(errno) }),
  );
}
