// What the command answers to the shell, as one table that help and manual print. A code never changes its meaning.
import type { RefusalReason } from "../supervisor/operation.ts";

const rows = {
  done: { code: 0, doc: "done, or it was so already" },
  failed: { code: 1, doc: "it was attempted and failed" },
  usage: { code: 2, doc: "the command line makes no sense" },
  notRunning: { code: 3, doc: "no server is running on this home, and one is needed" },
  refused: { code: 4, doc: "refused: invalid, unknown or not allowed; nothing was changed" },
  conflict: { code: 5, doc: "somebody else changed it in between, or something under way is in the way" },
  partBroken: { code: 6, doc: "a part of the server or of its home does not work" },
  interrupted: { code: 130, doc: "given up with Ctrl-C" },
} as const;

export type ExitName = keyof typeof rows;
export type ExitCode = (typeof rows)[ExitName]["code"];

type Codes = { readonly [Name in ExitName]: (typeof rows)[Name]["code"] };
export const exitCodes = Object.fromEntries(Object.entries(rows).map(([name, { code }]) => [name, code])) as Codes;

/** Any verb may end with these. */
export const commonExits: readonly ExitName[] = ["done", "failed", "usage"];
export const allExits = Object.keys(rows) as readonly ExitName[];

export const exitRow = (name: ExitName): { readonly code: ExitCode; readonly doc: string } => rows[name];

const byReason: Readonly<Record<RefusalReason, ExitCode>> = {
  wrong: rows.refused.code,
  unknown: rows.refused.code,
  refused: rows.refused.code,
  conflict: rows.conflict.code,
  unavailable: rows.failed.code,
};
export const exitFor = (reason: RefusalReason): ExitCode => byReason[reason];
