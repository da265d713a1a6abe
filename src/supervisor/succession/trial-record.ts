// What the home says of a release on trial, and of the one before the last that was confirmed. Each file is replaced whole,
// so it says one thing or the other; README.md tells every state that can be found, and what a start does with it.
import { closeSync, fstatSync, openSync, readFileSync, rmSync } from "node:fs";
import { replaceFile, sync } from "../../base/disk.ts";
import { about, type Fault, fault } from "../../base/fault.ts";
import { type Home, roomPath } from "../../base/home.ts";
import { isObject } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";

/** A release as the record names it, with the formats that it writes. */
export interface RecordedRelease {
  readonly version: string;
  /** How it is started; empty where that is not known. */
  readonly command: readonly string[];
  readonly formats: { readonly metabase: number; readonly spool: number };
}

export interface TrialRecord {
  readonly from: RecordedRelease;
  readonly to: RecordedRelease;
  readonly sinceMs: number;
}

/** What was confirmed last, for `release rollback`. */
export interface Confirmed {
  readonly version: string;
  readonly previous: string;
  readonly atMs: number;
}

const isRelease = (given: unknown): boolean =>
  isObject(given) &&
  typeof given.version === "string" &&
  Array.isArray(given.command) &&
  given.command.every((it) => typeof it === "string") &&
  isObject(given.formats) &&
  [given.formats.metabase, given.formats.spool].every(Number.isSafeInteger);
const isTrialRecord = (given: unknown): given is TrialRecord =>
  isObject(given) && isRelease(given.from) && isRelease(given.to) && Number.isSafeInteger(given.sinceMs);
const isConfirmed = (given: unknown): given is Confirmed =>
  isObject(given) &&
  [given.version, given.previous].every((it) => typeof it === "string") &&
  Number.isSafeInteger(given.atMs);

export const trialFile = (home: Home): string => roomPath(home, "releases", "trial.json");
const confirmedFile = (home: Home): string => roomPath(home, "releases", "confirmed.json");

/** undefined: no trial is under way, or what stands there is none of ours. */
export const readTrial = (home: Home): TrialRecord | undefined => read(trialFile(home), isTrialRecord);
export const writeTrial = (home: Home, record: TrialRecord): Result<void, Fault> => write(trialFile(home), record);
export const removeTrial = (home: Home): Result<void, Fault> =>
  attempt(trialFile(home), () => {
    rmSync(trialFile(home), { force: true });
    sync(roomPath(home, "releases"));
  });

export const readConfirmed = (home: Home): Confirmed | undefined => read(confirmedFile(home), isConfirmed);
export const writeConfirmed = (home: Home, confirmed: Confirmed): Result<void, Fault> =>
  write(confirmedFile(home), confirmed);

function read<T>(path: string, is: (given: unknown) => given is T): T | undefined {
  try {
    const handle = openSync(path, "r");
    try {
      const given: unknown = isOurs(handle) ? JSON.parse(readFileSync(handle, "utf8")) : undefined;
      return is(given) ? given : undefined;
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}

/** It names commands that are run with our rights: where root starts a server on the home of another, his word is not taken. */
function isOurs(handle: number): boolean {
  const { uid } = fstatSync(handle);
  return uid === 0 || uid === process.getuid?.();
}

const write = (path: string, value: object): Result<void, Fault> =>
  attempt(path, () => replaceFile(path, `${JSON.stringify(value)}\n`, 0o600));

function attempt(path: string, run: () => void): Result<void, Fault> {
  try {
    run();
    return good(undefined);
  } catch (error) {
    const remedy = "See that the disk of the home can be written, and has room";
    return bad(fault(about("file", path), `Cannot write ${path}`, messageOf(error), remedy));
  }
}
