// The directories of a site, made once for each of its revisions: which of them a path is in. Pure. Of several that a path
// goes through the deepest counts, by whole segments and in any case of letters. What it does not state itself is as in the
// next one above it on the path, wherever in the configuration that stands: what is shut stays shut below.
import { join } from "node:path";
import type { Directory } from "./directory.ts";
import type { DirectoryValues } from "./directory-settings.ts";

interface Node {
  directory: Directory | undefined;
  below: Map<string, Node> | undefined;
}

/** Before it is known in which other directory it lies. */
export interface DirectoryPlan extends Pick<Directory, "application" | "node"> {
  readonly segments: readonly string[];
  readonly folder: string | undefined;
  /** What it states itself. */
  readonly own: Partial<DirectoryValues>;
}

export class DirectoryTable {
  readonly root: Directory;
  /** Those below the root. */
  readonly all: Directory[] = [];
  private readonly top: Node;

  constructor(root: Directory, plans: readonly DirectoryPlan[]) {
    this.root = root;
    this.top = { directory: root, below: undefined };
    // From above: folder and settings hang on those of the directory it is in.
    const sorted = plans.toSorted((left, right) => left.segments.length - right.segments.length);
    for (const plan of sorted) this.add(plan);
  }

  find(segments: readonly string[]): Directory {
    let node = this.top;
    let found = this.root;
    for (const segment of segments) {
      const next = node.below?.get(segment.toLowerCase());
      if (next === undefined) break;
      node = next;
      found = node.directory ?? found;
    }
    return found;
  }

  private add({ segments, folder, application, node: path, own }: DirectoryPlan): void {
    // The same path once more, as an application or in another case of letters: what either of them states counts.
    const above = this.find(segments);
    const node = this.nodeAt(segments);
    node.directory = {
      url: `/${segments.join("/")}`,
      depth: segments.length,
      application,
      node: path,
      folder: folder ?? join(above.folder, ...segments.slice(above.depth)),
      settings: { ...above.settings, ...own },
    };
    this.all.push(node.directory);
  }

  private nodeAt(segments: readonly string[]): Node {
    let node = this.top;
    for (const segment of segments) {
      const name = segment.toLowerCase();
      node.below ??= new Map();
      const next: Node = node.below.get(name) ?? { directory: undefined, below: undefined };
      node.below.set(name, next);
      node = next;
    }
    return node;
  }
}
