// What is asked of the metabase, and how it answers: who changes what and why, what came of it, or why it was refused.
// Data only.
import type { Fault } from "../../base/fault.ts";
import type { Problem } from "../../schema/decode.ts";
import type { RevisionHead } from "../store/revision.ts";
import type { NodeDifference } from "../tree/node.ts";
import type { Edit } from "./edit.ts";

export interface Author {
  readonly who: string;
  readonly why: string;
  /** The revision the author has read; refused when it is not the head any more. */
  readonly expect?: number;
  /** Taken back by itself unless it is confirmed in this time. */
  readonly confirmWithinMs?: number;
  /** Everything is checked, nothing is recorded. */
  readonly dryRun?: boolean;
}

export interface Transaction extends Author {
  readonly edits: readonly Edit[];
}

export type Outcome =
  | { readonly is: "recorded"; readonly revision: RevisionHead; readonly differences: readonly NodeDifference[] }
  | { readonly is: "possible"; readonly differences: readonly NodeDifference[] } // the answer to a dry run
  | { readonly is: "nothing"; readonly revision: RevisionHead }; // the tree is so already

export type Refusal =
  | { readonly is: "problems"; readonly problems: readonly Problem[] }
  | {
      readonly is: "conflict";
      readonly expected: number;
      readonly head: number;
      readonly between: readonly Contender[];
    }
  | { readonly is: "pending"; readonly pending: Pending }
  | { readonly is: "fault"; readonly fault: Fault };

/** A revision that came in between. */
export interface Contender {
  readonly revision: RevisionHead;
  /** What it changed; only the first few. */
  readonly paths: readonly string[];
}

/** A revision that is taken back at `untilMs`, by the wall clock, unless it is confirmed. */
export interface Pending {
  readonly revision: RevisionHead;
  readonly untilMs: number;
}

/** What subscribers are told. */
export interface Recorded {
  readonly revision: RevisionHead;
  readonly changed: readonly NodeDifference[];
}
