// Remembers what was told, so that it is told once or once a day and not at every look or every start of the server. It
// lies in a file that may be lost: then a thing is told once more, and nothing else happens.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isObject } from "../../base/json.ts";

export class ToldMemory {
  private readonly file: string;
  private readonly wallMs: () => number;
  private readonly told: Map<string, number>;

  constructor(file: string, wallMs: () => number) {
    this.file = file;
    this.wallMs = wallMs;
    this.told = new Map(read(file));
  }

  /** Whether it is to be told now; from then on it counts as told. Without `everyMs` it is told once. */
  isDue(key: string, everyMs = Number.POSITIVE_INFINITY): boolean {
    const now = this.wallMs();
    const before = this.told.get(key);
    // A clock that was set back must not keep it silent.
    if (before !== undefined && now - before < everyMs && now >= before) return false;
    this.told.delete(key);
    this.told.set(key, now);
    for (const oldest of this.told.keys()) {
      if (this.told.size <= KEYS_MAX) break;
      this.told.delete(oldest);
    }
    this.write();
    return true;
  }

  private write(): void {
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      writeFileSync(`${this.file}.new`, JSON.stringify(Object.fromEntries(this.told)));
      renameSync(`${this.file}.new`, this.file);
    } catch {
      // A full or read-only disk is told by those who need it; here it only means to be told again after a restart.
    }
  }
}

const KEYS_MAX = 10_000;

function read(file: string): readonly (readonly [string, number])[] {
  try {
    const given: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isObject(given)) return [];
    return Object.entries(given).flatMap(([key, at]) => (typeof at === "number" ? [[key, at] as const] : []));
  } catch {
    return []; // not there yet, or cut off
  }
}
