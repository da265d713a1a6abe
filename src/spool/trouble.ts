// What can go wrong with the spool, in the few kinds that are answered differently: full is 452, damaged is for an
// operator. It says what is so; what was attempted the caller knows.
import { about, type Fault, fault } from "../base/fault.ts";
import type { Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";

export interface Trouble {
  readonly is: "full" | "read-only" | "denied" | "held" | "damaged" | "newer" | "older" | "failed" | "stale" | "gone";
  /** What is so, to be read after a colon: "the disk is full". */
  readonly because: string;
  /** What mends it, where that is not told by its kind alone. */
  readonly remedy?: string;
}

export type Spooled<T> = Result<T, Trouble>;

export const trouble = (is: Trouble["is"], because: string): Trouble => ({ is, because });

/** Thrown inside a transaction, so that all of it is taken back; caught where the transaction was begun. */
export class Refused extends Error {
  readonly trouble: Trouble;

  constructor(it: Trouble) {
    super(it.because);
    this.trouble = it;
  }
}

/** The first that fits the code of SQLite or of a file operation. */
const kinds: readonly (readonly [start: string, is: Trouble["is"], words: string])[] = [
  ["SQLITE_FULL", "full", "the disk is full"],
  ["SQLITE_IOERR_WRITE", "failed", "the disk reports an error"],
  ["SQLITE_READONLY", "read-only", "it cannot be written"],
  ["SQLITE_BUSY", "held", "another process holds it"],
  ["SQLITE_LOCKED", "held", "another process holds it"],
  ["SQLITE_CANTOPEN", "denied", "it cannot be opened"],
  ["SQLITE_PERM", "denied", "permission denied"],
  ["SQLITE_AUTH", "denied", "permission denied"],
  ["SQLITE_CORRUPT", "damaged", "it is damaged"],
  ["SQLITE_NOTADB", "damaged", "it is damaged"],
  ["ENOSPC", "full", "the disk is full"],
  ["EDQUOT", "full", "the quota is used up"],
  ["EROFS", "read-only", "the file system is read-only"],
  ["EACCES", "denied", "permission denied"],
  ["EPERM", "denied", "permission denied"],
  ["ENOENT", "gone", "there is no such file"],
];

/** What SQLite or a file operation threw; of anything else "failed" with its words. */
export function troubleOf(thrown: unknown): Trouble {
  if (thrown instanceof Refused) return thrown.trouble;
  const code = String((thrown as { readonly code?: unknown } | null | undefined)?.code ?? "");
  const known = kinds.find(([start]) => code.startsWith(start));
  const said = code === "" ? messageOf(thrown) : `${messageOf(thrown)}, ${code}`;
  return known === undefined ? trouble("failed", said) : trouble(known[1], `${known[2]} (${said})`);
}

export interface SpoolFault extends Fault {
  readonly is: Trouble["is"];
}

/** The same told to a person. */
export const troubleFault = (it: Trouble, attempted: string, folder: string): SpoolFault => ({
  ...fault(about("file", folder), attempted, it.because, it.remedy ?? remedies[it.is](folder)),
  is: it.is,
});

const remedies: Readonly<Record<Trouble["is"], (folder: string) => string>> = {
  full: (folder) => `Make room on the disk that holds ${folder}`,
  "read-only": (folder) => `Make the file system that holds ${folder} writable`,
  denied: (folder) => `Give ${folder} and all files in it to the user that the services run as`,
  held: () => "Try again; when it stays so, see with `inetsrv status` which process is busy",
  damaged: () => "Stop the SMTP service and start it again, so that the spool is salvaged",
  newer: () => "Start it with the release that made it, or a later one",
  older: () => "End what has it open, the server of an older release most likely, then try again",
  failed: (folder) => `Look at the disk that holds ${folder}`,
  stale: () => "See `inetsrv queue show` for how it stands now",
  gone: () => "See `inetsrv queue show` for how it stands now",
};
