// What a site makes of the path of a request, whoever asks for it and how: where it leads, or why it is refused. Decided
// once for each target and remembered, within a bound, as nearly all requests are for few targets.
import type { Refusal } from "../proto/http/refusal.ts";
import { type PathRules, type TargetPath, targetPath } from "../proto/http/target/target-path.ts";
import type { Directory } from "./directories/directory.ts";
import type { DirectoryTable } from "./directories/directory-table.ts";
import { type FilterRule, filterRules } from "./filter/filter-rules.ts";
import { noFields } from "./filter/filtered.ts";

export interface Decision {
  readonly target: TargetPath;
  /** The site as a whole where the path cannot be read. */
  readonly directory: Directory;
  /** What of the path lies below the folder of the directory. */
  readonly below: readonly string[];
  readonly refusal: Refusal | undefined;
}

/** Of all sites of a worker together: strangers choose the targets. */
const REMEMBERED_MAX = 20_000;
const REMEMBERED_LENGTH_MAX = 256;
const unreadable: TargetPath = { segments: [], isFolder: true, path: "/", query: "" };

type Remembered = Map<string, Decision>;

/** Sees that the sites of a worker do not remember too much together; then all of it is forgotten. */
export class DecisionMemory {
  private readonly used = new Set<Remembered>();
  private count = 0;

  /** One more is about to be put in. */
  grows(remembered: Remembered): void {
    if (this.count >= REMEMBERED_MAX) {
      for (const it of this.used) it.clear();
      this.used.clear();
      this.count = 0;
    }
    this.used.add(remembered);
    this.count++;
  }
}

export class Decisions {
  private readonly rules: PathRules;
  private readonly directories: DirectoryTable;
  private readonly filters = new Map<Directory, readonly FilterRule[]>();
  private readonly memory: DecisionMemory;
  private readonly remembered: Remembered = new Map();

  constructor(rules: PathRules, directories: DirectoryTable, memory: DecisionMemory) {
    this.rules = rules;
    this.directories = directories;
    this.memory = memory;
  }

  /** `target` is the path of a request, with its query. */
  of(target: string): Decision {
    const known = this.remembered.get(target);
    if (known !== undefined) return known;
    const made = this.look(target);
    if (target.length > REMEMBERED_LENGTH_MAX) return made;
    this.memory.grows(this.remembered);
    this.remembered.set(target, made);
    return made;
  }

  /** The same without remembering it: for what the site itself asks. */
  look(said: string): Decision {
    const path = targetPath(said, this.rules);
    const { root } = this.directories;
    if (!path.ok) return { target: unreadable, directory: root, below: [], refusal: path.error };
    const target = path.value;
    const directory = this.directories.find(target.segments);
    const filtered = { path: target, raw: said, method: "", contentLength: undefined, fields: noFields };
    const refusal = this.filtersOf(directory).find((it) => it.refuses(filtered))?.refusal;
    return { target, directory, below: target.segments.slice(directory.depth), refusal };
  }

  private filtersOf(directory: Directory): readonly FilterRule[] {
    const known = this.filters.get(directory);
    if (known !== undefined) return known;
    const made = filterRules(directory.settings, "path");
    this.filters.set(directory, made);
    return made;
  }
}
