// A store that fails on purpose at its n-th operation, so that a test can walk through every place where a disk or a
// power cut can strike.
import { bad } from "../../base/result.ts";
import type { Store } from "./store.ts";
import { type Stored, type Trouble, trouble } from "./trouble.ts";

/** What happens at that operation: a failure without or with its effect, or the end of the process before or after. */
export type Fate = "refuses" | "lies" | "dies before" | "dies after";

/** Counts the operations of all that share it, and strikes once. */
export class Fuse {
  /** Resolved where the process would have ended. */
  readonly died: Promise<void>;
  private readonly die: () => void;
  private left: number;
  private readonly fate: Fate;
  private readonly how: Trouble;
  private dead = false;

  /** Strikes at operation `at`, counted from 1. */
  constructor(at: number, fate: Fate, how: Trouble = trouble("full", "the disk is full")) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.died = promise;
    this.die = resolve;
    this.left = at;
    this.fate = fate;
    this.how = how;
  }

  /** Whether it was so far away that nothing happened. */
  get burning(): boolean {
    return this.left > 0;
  }

  /** `half` is what a dying process still gets done of the operation. A dead one gets no answer. */
  async run<T>(act: () => Promise<Stored<T>>, half: () => Promise<unknown> = async () => {}): Promise<Stored<T>> {
    if (this.dead) return new Promise(() => {});
    if (--this.left !== 0) return act();
    if (this.fate === "refuses") return bad(this.how);
    if (this.fate === "dies before") await half();
    else await act();
    if (this.fate === "lies") return bad(this.how);
    this.dead = true;
    this.die();
    return new Promise(() => {});
  }
}

export function faultyStore(inner: Store, fuse: Fuse): Store {
  return {
    name: inner.name,
    state: () => fuse.run(() => inner.state()),
    nodes: () => fuse.run(() => inner.nodes()),
    record: (revision, forget) => fuse.run(() => inner.record(revision, forget)),
    confirm: (confirmation) => fuse.run(() => inner.confirm(confirmation)),
    adopt: (model, tookOut) => fuse.run(() => inner.adopt(model, tookOut)),
    revision: (n) => fuse.run(() => inner.revision(n)),
    history: (query) => fuse.run(() => inner.history(query)),
    confirmations: () => fuse.run(() => inner.confirmations()),
    close: () => inner.close(),
  };
}
