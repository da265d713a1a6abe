// What a start would make of the metabase as it lies on the disk now: a private copy of its files is opened as a start does
// it. Whatever that mends or takes back is mended in the copy alone, and what it tells is what there is to be found.
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import { bad, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";
import { type Occurrence, reporter } from "../event/event.ts";
import type { Metabase } from "../metabase/metabase.ts";
import { copyFolder, databaseFile, openMetabase } from "../metabase/open-metabase.ts";
import type { Model } from "../schema/section.ts";
import type { Checks } from "../supervisor/configuration.ts";

export interface DryStartParts {
  readonly home: Home;
  readonly version: string;
  readonly model: Model;
  readonly checks: Checks;
  readonly clock: Clock;
}

export interface DryStart {
  readonly opened: Result<Metabase, Fault>;
  /** What the start would tell. Paths are those of the home. */
  readonly told: readonly Occurrence[];
  close(): Promise<void>;
}

/** A server that writes meanwhile makes a copy worthless; it is taken again. */
const COPIES_MAX = 5;

export async function dryStart({ home, version, model, checks, clock }: DryStartParts): Promise<DryStart> {
  const real = roomPath(home, "metabase");
  const told: Occurrence[] = [];
  const scratch = makeScratch();
  if (!scratch.ok) return { opened: bad(cannotCopy(real, scratch.error)), told, close: async () => {} };
  const folder = join(scratch.value, "metabase");
  const away = () => rmSync(scratch.value, { recursive: true, force: true });
  try {
    copyMetabase(real, folder);
  } catch (error) {
    away();
    return { opened: bad(cannotCopy(real, messageOf(error))), told, close: async () => {} };
  }
  const asReal = (text: string): string => text.replaceAll(folder, real);
  const report = reporter("server", clock.wallMs, (it) =>
    told.push({
      ...it,
      object: { ...it.object, name: asReal(it.object.name) },
      sentence: asReal(it.sentence),
      remedy: asReal(it.remedy),
    }),
  );
  const seal = (_: string, path: string) =>
    Promise.resolve(bad(fault(about("secret", path), `Cannot seal ${path}`, "this is a trial", "")));
  const opened = await openMetabase({ folder, model, release: version, checks: checks(home), seal, clock, report });
  return {
    opened: opened.ok ? opened : bad(readdress(opened.error, asReal)),
    told,
    async close() {
      if (opened.ok) await opened.value.close();
      away();
    },
  };
}

function makeScratch(): Result<string, string> {
  try {
    return { ok: true, value: mkdtempSync(join(tmpdir(), "inetsrv-doctor-")) };
  } catch (error) {
    return bad(messageOf(error));
  }
}

const cannotCopy = (folder: string, because: string): Fault =>
  fault(
    about("metabase", folder),
    `Cannot look into the metabase ${folder}`,
    because,
    "Run this as the owner of the home, and see that there is room for temporary files",
  );

const readdress = ({ subject, attempted, because, remedy }: Fault, asReal: (text: string) => string): Fault =>
  fault(about(subject.kind, asReal(subject.name)), asReal(attempted), asReal(because), asReal(remedy));

function copyMetabase(from: string, to: string): void {
  for (let tries = 1; ; tries++) {
    rmSync(to, { recursive: true, force: true });
    mkdirSync(copyFolder(to), { recursive: true, mode: 0o700 });
    const before = stateOf(from);
    for (const name of before.keys()) copyFile(join(from, name), join(to, name));
    const isSame = [...stateOf(from)].join() === [...before].join();
    if (isSame || tries === COPIES_MAX) return;
  }
}

/** The files that a start reads, with what tells that one was written. */
function stateOf(folder: string): ReadonlyMap<string, string> {
  const database = databaseFile("");
  const names = [
    ...listed(folder).filter((it) => it === database || it === `${database}-wal`),
    ...listed(copyFolder(folder)).map((it) => join(copyFolder(""), it)),
  ];
  return new Map(names.map((name) => [name, stamp(join(folder, name))]));
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((it) => it.isFile())
      .map((it) => it.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** A link or a pipe in the place of a file is not followed. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

function stamp(path: string): string {
  const file = openSync(path, READ);
  try {
    const { size, mtimeMs } = fstatSync(file);
    return `${size} ${mtimeMs}`;
  } finally {
    closeSync(file);
  }
}

function copyFile(from: string, to: string): void {
  const file = openSync(from, READ);
  try {
    writeFileSync(to, readFileSync(file), { mode: 0o600 });
  } finally {
    closeSync(file);
  }
}
