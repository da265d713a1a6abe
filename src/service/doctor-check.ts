// What the doctor looks at, as rows that rooms and services hand in: one check, what it finds, and what would mend it. Data
// and types; who runs them, and in which order, is the doctor's matter.
import type { Fault, Subject } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import type { Metabase } from "../metabase/metabase.ts";
import type { UserNumbers } from "../net/system/lay-down-privileges.ts";

export interface DoctorCheck<On extends Patient = Patient> {
  /** One word, as it is typed. */
  readonly name: string;
  /** What it looks at, in one line. */
  readonly title: string;
  /** Checks that come before it. It is skipped when one of them finds what `stops`. */
  readonly needs: readonly string[];
  /** It asks others than this machine, and is left out when that is not wanted. */
  readonly asksOthers?: true;
  /** Changes nothing. What it throws is a bug, what it cannot see is no finding. */
  look(patient: On): Promise<readonly Finding[]>;
}

export interface Finding {
  /** An error keeps something from working now, a warning may do so. */
  readonly level: "error" | "warning";
  readonly subject: Subject;
  /** What is so, as a sentence without its stop. */
  readonly what: string;
  readonly sinceMs?: number | undefined;
  /** What follows from it for those who use the server. */
  readonly matters: string;
  /** A command, or a sentence, for whoever mends it by hand. */
  readonly remedy: string;
  /** In knowledge/. */
  readonly article: string | null;
  readonly fix?: Fix | undefined;
  /** Others that bear one of these marks come of this one. */
  readonly causes?: readonly Mark[];
  /** Marks of what it may come of. */
  readonly comesOf?: readonly Mark[];
  /** Checks that need this one can see nothing. */
  readonly stops?: true;
}

/** By what a finding knows its cause. A path is the cause of all that lies below it. */
export type Mark =
  | `path:${string}`
  | `site:${string}`
  | `secret:${string}`
  | `certificate:${string}`
  | `address:${string}`
  | "keys"
  | "metabase"
  | "spool"
  | "disk full"
  | "service user"
  | "clock"
  | "release";

export interface Fix {
  /** What it would do, as the rest of "It would …". */
  readonly would: string;
  /** Only while no server has the home. */
  readonly whenDown?: true;
  readonly steps: readonly FixStep[];
}

/** What a fix may do; each kind is done and undone in one place, src/doctor/mend/steps.ts. */
export type FixStep =
  | { readonly step: "make-folder"; readonly path: string; readonly mode: number; readonly owner?: UserNumbers }
  | { readonly step: "set-mode"; readonly path: string; readonly mode: number }
  | { readonly step: "set-owner"; readonly path: string; readonly owner: UserNumbers }
  /** Out of the way, where undo finds it again. */
  | { readonly step: "set-aside"; readonly path: string }
  /** The metabase is opened as a start does it, which mends what the good copy can mend. */
  | { readonly step: "open-metabase" }
  /** The secrets are opened with the recovery key and sealed to a new machine key. */
  | { readonly step: "recover-keys" };

/** What a check may see. Nothing in it changes the home. */
export interface Patient {
  readonly home: Home;
  readonly nowMs: number;
  /** A server has the home now, and answers: it has made its folders. */
  readonly isUp: boolean;
  /** The configuration that the next start would serve; a check that needs "metabase" runs only when there is one. */
  readonly metabase: Metabase | undefined;
  /** As whom services run, or would; undefined where that cannot be told. */
  readonly serviceUser: UserNumbers | undefined;
  /** Really tried, by a process that is that user, within a limit for each. */
  tryAs(user: "server" | "service", trials: readonly Trial[]): Promise<readonly TrialEnd[]>;
}

/** What another process tries; see src/doctor/hand/trials.ts. */
export type Trial =
  /** It is a folder, can be read, and, where wanted, a file can be made in it. */
  | { readonly try: "folder"; readonly path: string; readonly wants: "read" | "write" }
  | { readonly try: "file"; readonly path: string }
  | { readonly try: "disk"; readonly path: string }
  | { readonly try: "bind"; readonly address: string; readonly port: number }
  /** `live`: a server writes there meanwhile. */
  | { readonly try: "books"; readonly folder: string; readonly live?: true };

export type TrialEnd =
  | { readonly is: "fine"; readonly facts: Readonly<Record<string, number | string>> }
  | {
      readonly is: "missing" | "wrong-kind" | "refused" | "read-only" | "full" | "failed" | "damaged";
      readonly because: string;
      readonly facts?: Readonly<Record<string, number | string>>;
    }
  /** It did not answer in time, or could not be tried at all. */
  | { readonly is: "no-answer"; readonly because: string };

/** A fault that somebody else has put into words already. */
export const foundFault = (
  { subject, attempted, because, remedy }: Fault,
  more: Omit<Finding, "subject" | "what" | "remedy">,
): Finding => ({ ...more, subject, what: `${attempted}: ${because}`, remedy });
