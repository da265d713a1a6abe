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
import { bad, good, type Result } from "../base/result.ts";
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
  const copied = copyAside(real);
  if (!copied.ok) return { opened: bad(cannotCopy(real, copied.error)), told, close: async () => {} };
  const { folder, away } = copied.value;
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

interface Copied {
  readonly folder: string;
  away(): void;
}

/** In memory where the disk for temporary files is full, which may be why the doctor was called. */
const places = (): readonly string[] => [tmpdir(), "/dev/shm"]; // system path

function copyAside(real: string): Result<Copied, string> {
  let because = "";
  for (const place of places())
    try {
      const scratch = mkdtempSync(join(place, "inetsrv-doctor-"));
      const away = () => rmSync(scratch, { recursive: true, force: true });
      try {
        copyMetabase(real, join(scratch, "metabase"));
        return good({ folder: join(scratch, "metabase"), away });
      } catch (error) {
        away();
        throw error;
      }
    } catch (error) {
      because ||= messageOf(error);
    }
  return bad(because);
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
