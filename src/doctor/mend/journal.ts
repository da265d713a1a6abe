// What a fix has done, line by line, in a folder of its own below the home, so that it can be undone also when the process
// died in the middle: a line is on the disk before what it tells of happens.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type Home, roomPath } from "../../base/home.ts";
import { isObject } from "../../base/json.ts";
import { seen } from "../../base/seen.ts";

/** What was there before, in as many words as it takes to put it back. */
export type Done =
  | { readonly did: "made"; readonly path: string }
  | { readonly did: "mode"; readonly path: string; readonly was: number }
  | { readonly did: "owner"; readonly path: string; readonly was: { readonly uid: number; readonly gid: number } }
  /** Renamed to `to`, a name in the folder of the journal. */
  | { readonly did: "aside"; readonly path: string; readonly to: string }
  /** A copy of it lies in the folder of the journal as `to`; null where there was nothing. */
  | { readonly did: "kept"; readonly path: string; readonly to: string | null };

const FILE = "journal.jsonl";
const UNDONE = "undone.jsonl";

export class Journal {
  readonly id: string;
  readonly folder: string;
  private readonly file: number;
  private names = 0;
  private isEmpty = true;

  private constructor(id: string, folder: string) {
    this.id = id;
    this.folder = folder;
    this.file = openSync(join(folder, FILE), "a", 0o600);
  }

  /** Named by the time, so that they sort. */
  static begin(home: Home, nowMs: number): Journal {
    const stem = new Date(nowMs).toISOString().replaceAll(/[:.]/g, "-");
    mkdirSync(roomPath(home, "doctor"), { recursive: true, mode: 0o700 });
    for (let count = 1; ; count++) {
      const id = count === 1 ? stem : `${stem}-${count}`;
      const folder = roomPath(home, "doctor", id);
      try {
        mkdirSync(folder, { mode: 0o700 });
        return new Journal(id, folder);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }

  write(done: Done): void {
    writeSync(this.file, `${JSON.stringify(done)}\n`);
    fsyncSync(this.file);
    this.isEmpty = false;
  }

  /** A free name in the folder. */
  newName(): string {
    return `kept-${++this.names}`;
  }

  /** One that tells of nothing goes. */
  close(): void {
    closeSync(this.file);
    if (this.isEmpty) rmSync(this.folder, { recursive: true });
  }
}

export interface Past {
  readonly id: string;
  readonly folder: string;
  /** In the order in which it was done. */
  readonly done: readonly Done[];
}

/** Those that can be undone, the newest first. */
export function pastOf(home: Home): readonly Past[] {
  const room = roomPath(home, "doctor");
  return names(room)
    .filter((id) => /^[0-9TZ-]+$/.test(id) && names(join(room, id)).includes(FILE))
    .sort()
    .reverse()
    .map((id) => ({ id, folder: join(room, id), done: read(join(room, id, FILE)) }));
}

/** It is not offered again. */
export const markUndone = ({ folder }: Past): void => renameSync(join(folder, FILE), join(folder, UNDONE));

const names = (folder: string): readonly string[] => seen(() => readdirSync(folder), []);

/** A last line that was cut short tells of what did not happen. */
function read(file: string): readonly Done[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        const done: unknown = JSON.parse(line);
        return isObject(done) && typeof done.did === "string" && typeof done.path === "string"
          ? [done as unknown as Done]
          : [];
      } catch {
        return [];
      }
    });
}
