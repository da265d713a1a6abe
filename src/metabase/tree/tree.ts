// The tree that serves: what each node states, flat by path, with an index of children and a running digest. It
// knows neither disk nor rules; what it is told is applied.
import type { Own } from "../../schema/decode.ts";
import type { Model } from "../../schema/section.ts";
import { type Digest, shifted, spellHash, term } from "./digest.ts";
import { NOTHING, type NodeDifference } from "./node.ts";
import type { View } from "./view.ts";

export type Node = readonly [path: string, own: Own];

export class Tree implements View {
  readonly model: Model;
  private readonly nodes = new Map<string, Own>();
  /** Names below each collection, as they stand in paths. */
  private readonly names = new Map<string, Set<string>>();
  private sum: Digest = 0n;

  constructor(model: Model, nodes: Iterable<Node> = []) {
    this.model = model;
    for (const [path, own] of nodes) {
      this.put(path, own);
      this.sum += term(path, own);
    }
    this.sum = BigInt.asUintN(64, this.sum);
  }

  get size(): number {
    return this.nodes.size;
  }

  get digest(): string {
    return spellHash(this.sum);
  }

  digestAfter(differences: readonly NodeDifference[]): string {
    return spellHash(shifted(this.sum, differences));
  }

  own(path: string): Own | undefined {
    return this.nodes.get(path) ?? (Object.hasOwn(this.model, path) ? NOTHING : undefined);
  }

  *entries(collection: string): Generator<string> {
    for (const name of this.names.get(collection) ?? []) yield `${collection}/${name}`;
  }

  count(collection: string): number {
    return this.names.get(collection)?.size ?? 0;
  }

  /** All nodes that state something or are entries, in no order. */
  all(): Iterable<Node> {
    return this.nodes;
  }

  apply(differences: readonly NodeDifference[]): void {
    this.sum = shifted(this.sum, differences);
    for (const { path, after } of differences) {
      if (after === null) this.drop(path);
      else this.put(path, after);
    }
  }

  private put(path: string, own: Own): void {
    this.nodes.set(path, own);
    const slash = path.lastIndexOf("/");
    if (slash < 0) return;
    const collection = path.slice(0, slash);
    const names = this.names.get(collection);
    if (names === undefined) this.names.set(collection, new Set([path.slice(slash + 1)]));
    else names.add(path.slice(slash + 1));
  }

  private drop(path: string): void {
    this.nodes.delete(path);
    const slash = path.lastIndexOf("/");
    const names = this.names.get(path.slice(0, slash));
    names?.delete(path.slice(slash + 1));
    if (names?.size === 0) this.names.delete(path.slice(0, slash));
  }
}
