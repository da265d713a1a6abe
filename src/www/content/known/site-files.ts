// What one site knows of its files: by their place on disk, and with the targets under which they were asked for, which is the
// shortest way to an answer. How long it is kept is not decided here.
import type { ContentRules } from "../content-rules.ts";
import type { FoundBefore } from "../place.ts";
import type { KnownFile } from "./known-file.ts";
import type { Keeper, KnownFiles } from "./known-files.ts";

/** The same file has many targets for whoever wants to fill memory with them, and one or two for all others. */
const TARGETS_MAX = 8;

interface Keys {
  readonly rules: ContentRules;
  readonly path: string;
  readonly targets: FoundBefore[];
}

export class SiteFiles implements Keeper {
  private readonly shared: KnownFiles;
  private readonly byPath = new Map<ContentRules, Map<string, KnownFile>>();
  private readonly keys = new Map<KnownFile, Keys>();

  constructor(shared: KnownFiles) {
    this.shared = shared;
  }

  atPath(rules: ContentRules, path: string): KnownFile | undefined {
    return this.byPath.get(rules)?.get(path);
  }

  add(file: KnownFile, path: string): void {
    const { rules } = file.found;
    const paths = this.byPath.get(rules) ?? new Map<string, KnownFile>();
    this.byPath.set(rules, paths);
    const before = paths.get(path);
    if (before !== undefined) this.drop(before);
    paths.set(path, file);
    this.keys.set(file, { rules, path, targets: [] });
    this.shared.add(file, this);
  }

  /** What it is found under from now on; the oldest of too many is given up. */
  remember(file: KnownFile, target: FoundBefore): void {
    const targets = this.keys.get(file)?.targets;
    if (targets === undefined || target.file === file) return;
    if (targets.length >= TARGETS_MAX) unremember(file, targets.shift());
    targets.push(target);
    target.file = file;
  }

  /** It is not as it was. */
  drop(file: KnownFile): void {
    this.shared.remove(file);
    this.forget(file);
  }

  dropAll(): void {
    for (const file of [...this.keys.keys()]) this.drop(file);
  }

  forget(file: KnownFile): void {
    const keys = this.keys.get(file);
    if (keys === undefined) return;
    this.keys.delete(file);
    file.close();
    for (const target of keys.targets) unremember(file, target);
    const paths = this.byPath.get(keys.rules);
    paths?.delete(keys.path);
    if (paths?.size === 0) this.byPath.delete(keys.rules);
  }
}

function unremember(file: KnownFile, target: FoundBefore | undefined): void {
  if (target?.file === file) target.file = undefined;
}
