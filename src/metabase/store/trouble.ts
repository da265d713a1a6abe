// What can go wrong with files and databases, in the few kinds that are answered differently. Pure.
import { about, type Fault, fault, type Subject } from "../../base/fault.ts";
import type { Result } from "../../base/result.ts";

export interface Trouble {
  readonly is: "missing" | "full" | "read-only" | "denied" | "held" | "damaged" | "newer" | "older" | "failed";
  /** What is so, to be read after a colon: "the disk is full". */
  readonly because: string;
  /** What mends it, where that is not told by its kind alone. */
  readonly remedy?: string;
}

export type Stored<T> = Result<T, Trouble>;

export const trouble = (is: Trouble["is"], because: string): Trouble => ({ is, because });

const kinds: Readonly<Record<string, Trouble["is"]>> = {
  ENOENT: "missing",
  ENOSPC: "full",
  EDQUOT: "full",
  EROFS: "read-only",
  EACCES: "denied",
  EPERM: "denied",
};

export const troubleWords: Readonly<Record<Trouble["is"], string>> = {
  missing: "there is no such file",
  full: "the disk is full",
  "read-only": "the file system is read-only",
  denied: "permission denied",
  held: "another process has it open",
  damaged: "it is damaged",
  newer: "it was made by a newer inetsrv",
  older: "it is of an older format",
  failed: "the disk reports an error",
};

/** What a file operation of the runtime threw. */
export function troubleOfErrno(thrown: unknown, path: string): Trouble {
  const code = (thrown as { readonly code?: unknown } | undefined)?.code;
  if (typeof code !== "string" || !/^E[A-Z0-9]+$/.test(code)) throw thrown;
  const is = kinds[code] ?? "failed";
  return trouble(is, `${troubleWords[is]} (${path}, ${code})`);
}

/** The same failure told to a person. */
export function troubleFault(it: Trouble, attempted: string, folder: string): Fault {
  const subject: Subject = it.is === "held" ? about("process", "another inetsrv") : about("metabase", folder);
  return fault(subject, attempted, it.because, it.remedy ?? remedies[it.is](folder));
}

const remedies: Readonly<Record<Trouble["is"], (folder: string) => string>> = {
  missing: () => "Create it with `inetsrv init`, or name the right home with --home",
  full: (folder) => `Make room on the disk that holds ${folder}, then try again`,
  "read-only": (folder) => `Make the file system that holds ${folder} writable, then restart`,
  denied: (folder) => `Give ${folder} and all files in it to the user that runs inetsrv, then restart`,
  held: () => "Stop it with `inetsrv down`, or use the one that runs",
  damaged: (folder) => `Put back a backup of ${folder}, or see \`inetsrv explain metabase-damaged\``,
  newer: () => "Start it with the release that made it, or a later one",
  older: (folder) => `Make ${folder} writable, so that it can be brought to the format of this release`,
  failed: (folder) => `Look at the disk that holds ${folder}, then try again`,
};
