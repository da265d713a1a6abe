// What a gate answers for a connection: it is in, and its service tells the gate what it does, or it is refused. It
// decides nothing itself; whoever keeps the gate does.
import type { Family } from "./address-words.ts";
import type { Counted } from "./keyed-hash.ts";
import type { FailureKind, RefusalReason } from "./refusal-reasons.ts";

export interface Refusal {
  readonly is: "refused";
  readonly why: RefusalReason;
  /** When it is worth another try, by the wall clock; undefined where waiting does not help. */
  readonly untilMs: number | undefined;
}

/** One connection that was let in. */
export interface Visit {
  readonly is: "in";
  /** When the connection has ended; may be called more than once. */
  leave(): void;
  /** Before each request or command. A refusal is for the service to say in the words of its protocol. */
  request(): Refusal | undefined;
  /** After each failure. A refusal says that the address is turned away from now on, this connection too. */
  failure(kind: FailureKind): Refusal | undefined;
}

export type Admission = Visit | Refusal;

export interface Keeper {
  leave(visit: GateVisit): void;
  request(visit: GateVisit): Refusal | undefined;
  failure(visit: GateVisit, kind: FailureKind): Refusal | undefined;
}

/** An address, as it is told and as it is counted. */
export interface Peer extends Counted {
  readonly address: string;
}

/** Small, as every open connection has one. */
export class GateVisit implements Visit, Peer {
  readonly is = "in";
  readonly address: string;
  readonly high: number;
  readonly low: number;
  readonly owner: number;
  /** Neither counted nor limited. */
  readonly exempt: boolean;
  private readonly keeper: Keeper;
  private left = false;

  constructor(keeper: Keeper, address: string, family: Family, words: Uint32Array, site: number, exempt: boolean) {
    this.keeper = keeper;
    this.address = address;
    this.high = words[0] ?? 0;
    this.low = (family === "ipv4" ? words[3] : words[1]) ?? 0;
    this.owner = site * 2 + (family === "ipv4" ? 0 : 1);
    this.exempt = exempt;
  }

  leave(): void {
    if (!this.left) this.keeper.leave(this);
    this.left = true;
  }

  request(): Refusal | undefined {
    return this.keeper.request(this);
  }

  failure(kind: FailureKind): Refusal | undefined {
    return this.keeper.failure(this, kind);
  }
}
