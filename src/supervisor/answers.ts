// The shapes of what operations answer, for those who show them. Data only.
import type { Fault } from "../base/fault.ts";
import type { Json } from "../base/json.ts";
import type { State } from "./states.ts";

export interface ServerStatus {
  readonly version: string;
  readonly pid: number;
  readonly home: string;
  readonly sinceMs: number;
  /** It was told to end, and waits for connections. */
  readonly ending: boolean;
  readonly revision: number;
  /** A change that reverts by itself unless it is confirmed. */
  readonly pending: { readonly revision: number; readonly untilMs: number; readonly who: string } | null;
  /** This release is on trial: until then the one before stands by. */
  readonly trial: { readonly from: string; readonly to: string; readonly untilMs: number } | null;
  readonly usage: ProcessUsage | null;
  readonly services: readonly ServiceStatus[];
  /** What is wrong with the server as a whole: keys, metabase, logs. */
  readonly faults: readonly Fault[];
  /** What the doctor found besides when he looked last. */
  readonly doctor: DoctorVisit | null;
}

export interface DoctorVisit {
  readonly atMs: number;
  readonly errors: number;
  readonly warnings: number;
  /** What he began with. */
  readonly first: string | null;
}

export interface ProcessUsage {
  readonly pid: number;
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

export interface ServiceStatus {
  readonly name: string;
  readonly title: string;
  readonly state: State;
  readonly sinceMs: number;
  /** Who asked for the state, such as "start of the server" or a user's name. */
  readonly by: string;
  readonly workers: readonly (ProcessUsage & {
    readonly state: "starting" | "serving" | "draining";
    readonly sinceMs: number;
    readonly connections: number;
    readonly waitingFor: string;
  })[];
  readonly sites: readonly SiteStatus[];
  /** When it is tried again, while it backs off or is probed. */
  readonly nextTryMs: number | null;
  readonly faults: readonly Fault[];
}

export interface SiteStatus {
  readonly name: string;
  /** The name for people that its settings give it; often none. */
  readonly title: string;
  readonly path: string;
  readonly state: State;
  readonly sinceMs: number;
  readonly revision: number;
  /** As they are bound now: "127.0.0.1:2525". */
  readonly addresses: readonly string[];
  /** The same for those that begin with TLS. */
  readonly secureAddresses: readonly string[];
  readonly faults: readonly Fault[];
}

/** All addresses of a site as people read them. */
export const shownAddresses = ({
  addresses,
  secureAddresses,
}: Pick<SiteStatus, "addresses" | "secureAddresses">): readonly string[] => [
  ...addresses,
  ...secureAddresses.map((it) => `${it} with TLS`),
];

export interface ConfigValue {
  readonly path: string;
  readonly value: Json;
  readonly from: "own" | "inherited" | "default";
  /** The node that states it, when it is not a default. */
  readonly at: string | null;
}

/** One node of the tree: what it states, what that comes to, and what lies below. */
export interface ConfigNode {
  readonly path: string;
  readonly section: string;
  readonly revision: number;
  readonly values: readonly ConfigValue[];
  /** Collection name to the names of its entries. */
  readonly below: Readonly<Record<string, readonly string[]>>;
}

export interface NodeChange {
  readonly path: string;
  /** null: the node did not exist, or does not any more. Secrets stand as "(secret)". */
  readonly before: Readonly<Record<string, Json>> | null;
  readonly after: Readonly<Record<string, Json>> | null;
}

export interface RevisionSummary {
  readonly revision: number;
  readonly atMs: number;
  readonly who: string;
  readonly why: string;
  readonly kind: string;
  readonly changes: number;
  /** It is taken back at this moment unless it is confirmed; null when it stays. */
  readonly confirmUntilMs: number | null;
}

export interface ChangeAnswer {
  /** The head after the call; the same as before when nothing changed or it was a rehearsal. */
  readonly revision: number;
  readonly changed: readonly NodeChange[];
  readonly rehearsal: boolean;
  readonly confirmUntilMs: number | null;
}
