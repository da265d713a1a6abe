// What a row of the fault kit is: one fault, what it may disturb, what has to be said of it, and what mends it. Types only;
// the rows stand in rows/, and live.ts gives each of them a life.
import type { ObjectKind } from "../../src/base/fault.ts";
import type { Level } from "../../src/event/event.ts";
import type { LetterName } from "./ledger.ts";
import type { Rig, Way } from "./rig.ts";

/** A seed or class of the known failures of the family, or one that is ours alone. */
export type Family = `S${1 | 2 | 3}` | `F${number}` | "own";

/** In what state of the server the fault comes; unless it runs on, it is started afterwards. */
export type Moment = "running" | "down" | "killed";

export type Heal =
  /** It goes on by itself; `when` begins a sentence about what ends the fault. */
  | { readonly by: "itself"; readonly when?: string; does?(rig: Rig): void | Promise<void> }
  /** `asRoot`: typed by root, as nobody else can give files away; `also` are commands that are to be given behind it. */
  | { readonly by: "doctor"; readonly asRoot?: true; readonly also?: readonly string[] }
  /** As they are typed, without `inetsrv`; `keys recover < recovery key` gets it on its standard input. */
  | { readonly by: "commands"; readonly commands: readonly string[] }
  /** What must be done, and the deed itself, behind which the server is started if it does not run. */
  | { readonly by: "person"; readonly must: string; does(rig: Rig): void | Promise<void> };

export interface FaultRow extends Way {
  /** What has happened, as the rest of the sentence "What if …". */
  readonly name: string;
  readonly family: Family;
  /** Whom the first line has to name; the name as a pattern. */
  readonly object: { readonly kind: ObjectKind; readonly name: RegExp };
  readonly article: string;
  readonly moment: Moment;
  /** How this machine is like before the fault, such as with a small disk; done before anything runs. */
  prepare?(rig: Rig): void | Promise<void>;
  inject(rig: Rig): void | Promise<void>;
  /** Services and sites that may fail meanwhile, such as "smtp" or "www/second"; "everything" where nothing can start. */
  readonly disturbs: readonly string[] | "everything";
  /** How loud the first line is; "nothing" where there is nothing to be told, as nothing has come to harm. */
  readonly told?: Level | "nothing";
  /** What the doctor may say: nothing is left of some faults by the time that it is asked. */
  readonly doctor?: "nothing left";
  /** The true cause, which the doctor has to name, where it lies deeper than what the first line is about. */
  readonly cause?: { readonly name: RegExp; readonly article: string };
  readonly heal: Heal;
  /** Why the row cannot be tried on this machine. */
  readonly skip?: string | undefined;
  /** Acknowledged letters whose very bytes the fault takes away; the first line has to name their file. */
  readonly destroys?: readonly LetterName[];
}

export const checks = ["serves", "says", "doctor", "heals", "kept"] as const;
export type CheckName = (typeof checks)[number];
export type Verdict = { readonly is: "passed" } | { readonly is: "failed"; readonly because: string };
/** How the reason begins where a row did not come to its checks. */
export const ITSELF = "the row itself";
export type Verdicts = Readonly<Record<CheckName, Verdict>>;

/** Without a person having to think: by itself, by the doctor, or by commands that the message names. */
export const healsAlone = ({ heal }: FaultRow): boolean => heal.by !== "person";
