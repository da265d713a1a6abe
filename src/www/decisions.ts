// What a site makes of the path of a request, whoever asks for it and how: where it leads, or why it is refused. Decided
// once for each target and remembered, within a bound, as nearly all requests are for few targets.
import type { Refusal } from "../proto/http/refusal.ts";
import { type PathRules, targetPath } from "../proto/http/target/target-path.ts";
import type { Directory, Place } from "./directories/directory.ts";
import type { DirectoryTable } from "./directories/directory-table.ts";
import { type FilterRule, filterRules } from "./filter/filter-rules.ts";

export interface Decision {
  /** Undefined where not even the path can be read. */
  readonly place: Place | undefined;
  readonly refusal: Refusal | undefined;
}

const REMEMBERED_MAX = 4000;
const REMEMBERED_LENGTH_MAX = 256;

export class Decisions {
  private readonly rules: PathRules;
  private readonly directories: DirectoryTable;
  private readonly filters = new Map<Directory, readonly FilterRule[]>();
  private remembered = new Map<string, Decision>();

  constructor(rules: PathRules, directories: DirectoryTable) {
    this.rules = rules;
    this.directories = directories;
  }

  /** `target` is the path of a request, with its query. */
  of(target: string): Decision {
    const known = this.remembered.get(target);
    if (known !== undefined) return known;
    const made = this.make(target);
    if (target.length > REMEMBERED_LENGTH_MAX) return made;
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered = new Map();
    this.remembered.set(target, made);
    return made;
  }

  private make(target: string): Decision {
    const path = targetPath(target, this.rules);
    if (!path.ok) return { place: undefined, refusal: path.error };
    const directory = this.directories.find(path.value.segments);
    const place = { ...path.value, directory, below: path.value.segments.slice(directory.depth) };
    const filtered = { path: path.value, raw: target, method: "", contentLength: undefined };
    return { place, refusal: this.filtersOf(directory).find((it) => it.refuses(filtered))?.refusal };
  }

  private filtersOf(directory: Directory): readonly FilterRule[] {
    const known = this.filters.get(directory);
    if (known !== undefined) return known;
    const made = filterRules(directory.settings, "path");
    this.filters.set(directory, made);
    return made;
  }
}
