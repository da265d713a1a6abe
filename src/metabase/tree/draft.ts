// A tree that is being changed: it holds only what differs from the tree below it, which it never touches.
import type { Own } from "../../schema/decode.ts";
import type { Model } from "../../schema/section.ts";
import { kept, NOTHING, type NodeDifference, normal, sameOwn } from "./node.ts";
import type { View } from "./view.ts";

export class Draft implements View {
  readonly model: Model;
  private readonly base: View;
  private readonly changed = new Map<string, Own | null>();
  /** Children that came and went, by collection. */
  private readonly came = new Map<string, Set<string>>();
  private readonly went = new Map<string, Set<string>>();

  constructor(base: View) {
    this.base = base;
    this.model = base.model;
  }

  own(path: string): Own | undefined {
    const own = this.changed.get(path);
    if (own === undefined) return this.base.own(path);
    return own ?? (Object.hasOwn(this.model, path) ? NOTHING : undefined);
  }

  *entries(collection: string): Generator<string> {
    const went = this.went.get(collection);
    for (const path of this.base.entries(collection)) if (!went?.has(path)) yield path;
    yield* this.came.get(collection) ?? [];
  }

  count(collection: string): number {
    const moved = (this.came.get(collection)?.size ?? 0) - (this.went.get(collection)?.size ?? 0);
    return this.base.count(collection) + moved;
  }

  /** One node; null takes it away, and leaves to the caller what is below it. */
  put(path: string, own: Own | null): void {
    this.changed.set(path, own === null ? null : normal(own));
    const slash = path.lastIndexOf("/");
    if (slash < 0) return;
    const collection = path.slice(0, slash);
    const was = this.base.own(path) !== undefined;
    mark(this.came, collection, path, own !== null && !was);
    mark(this.went, collection, path, own === null && was);
  }

  /** What really differs, in the order in which it was first touched. */
  differences(): readonly NodeDifference[] {
    const differences: NodeDifference[] = [];
    for (const [path, own] of this.changed) {
      const before = kept(path, this.base.own(path) ?? null);
      const after = kept(path, own);
      if (!sameOwn(before, after)) differences.push({ path, before, after });
    }
    return differences;
  }
}

function mark(sets: Map<string, Set<string>>, collection: string, path: string, there: boolean): void {
  const set = sets.get(collection);
  if (!there) set?.delete(path);
  else if (set === undefined) sets.set(collection, new Set([path]));
  else set.add(path);
}
