// What a site makes of the path of a request, whoever asks for it and how: where it leads, or why it is refused.
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

const unreadable: TargetPath = { segments: [], isFolder: true, path: "/", query: "" };

export class Decisions {
  private readonly rules: PathRules;
  private readonly directories: DirectoryTable;
  private readonly filters = new Map<Directory, readonly FilterRule[]>();

  constructor(rules: PathRules, directories: DirectoryTable) {
    this.rules = rules;
    this.directories = directories;
  }

  /** `said` is the path of a request, with its query. */
  of(said: string): Decision {
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
