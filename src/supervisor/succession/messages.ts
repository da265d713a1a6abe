// What two supervisors say to each other while one hands the home over to the other, one row each, and the strict reading.
// They are of different releases: a row is never changed once released, and what the other end does not know it leaves alone.
import { isObject, type JsonObject } from "../../base/json.ts";
import type { Occurrence } from "../../event/event.ts";
import { isOccurrence } from "../../event/log-record.ts";
import {
  array,
  type Fields,
  type FieldsOf,
  fault,
  flag,
  isText,
  object,
  occurrence,
  orNull,
  readFields,
  text,
  whole,
} from "../../ipc/message-fields.ts";
import { type State, states } from "../states.ts";

/** A listening socket as it crosses; its descriptor goes beside it, under the tag. */
export interface SocketNote {
  readonly tag: number;
  /** Whose it is, as `ListenerTable` spells it. */
  readonly key: string;
  readonly address: string;
  readonly port: number;
  /** Somebody above us, such as systemd, has it open too. */
  readonly inherited: boolean;
}

/** What an operator has made of a service or a site, where that is not what the settings say. */
export interface Asked {
  readonly path: string;
  readonly state: "running" | "stopped" | "paused";
}

export interface ServiceHealth {
  readonly name: string;
  readonly state: State;
  readonly workersLost: number;
  /** Of its first fault, or empty. */
  readonly because: string;
  readonly sites: readonly { readonly name: string; readonly state: State; readonly because: string }[];
}

const isState = (given: unknown): boolean => (states as readonly unknown[]).includes(given);
const isSocketNote = (given: unknown): boolean =>
  isObject(given) &&
  [given.tag, given.port].every(Number.isSafeInteger) &&
  [given.key, given.address].every(isText) &&
  typeof given.inherited === "boolean";
const isAsked = (given: unknown): boolean =>
  isObject(given) && isText(given.path) && ["running", "stopped", "paused"].includes(String(given.state));
const isSiteHealth = (given: unknown): boolean =>
  isObject(given) && isText(given.name) && isState(given.state) && isText(given.because);
const isServiceHealth = (given: unknown): boolean =>
  isSiteHealth(given) &&
  isObject(given) &&
  Number.isSafeInteger(given.workersLost) &&
  Array.isArray(given.sites) &&
  given.sites.every(isSiteHealth);

/** Of events that were told while nobody had the log. */
export const EVENTS_MAX = 1000;
const services = array<ServiceHealth>(isServiceHealth);

const messages = {
  /** The first word; the taker has loaded itself by then, and has touched nothing. */
  "giver.succession.begin": { from: text, to: text },
  "taker.release.prepared": { version: text },
  "taker.release.refuse": { fault },
  /** A descriptor is on its way under this tag. */
  "giver.descriptor.give": { tag: whole },
  /**
   * The home is free to be taken: its lock under this tag, unless the taker has it already, and every listening socket.
   * `trialMs` is how long the giver stands by; null when it does not, as the home comes back to it.
   */
  "giver.home.take": {
    from: text,
    to: text,
    lock: orNull(whole),
    sockets: array<SocketNote>(isSocketNote),
    asked: array<Asked>(isAsked),
    trialMs: orNull(whole),
    events: array<Occurrence>(isOccurrence, EVENTS_MAX),
  },
  "taker.step.tell": { step: text },
  "taker.home.refuse": { fault },
  /** All that can serve does; now the giver's workers may go. */
  "taker.home.serves": { services, generation: whole, offersScram: flag },
  /** From then on, again and again: it lives, and how it is. */
  "taker.services.report": { services },
  /** For the giver's workers, as long as there are any. */
  "taker.accounts.changed": { generation: whole, offersScram: flag },
  "giver.login.ask": { id: whole, service: text, question: object<JsonObject>() },
  "taker.login.answer": { id: whole, answer: object<JsonObject>() },
  "giver.event.write": { occurrence },
  /** An operator wants the giver back. */
  "taker.trial.end": { by: text },
  /** The whole server ends, in order. */
  "taker.server.end": { by: text },
  "giver.home.return": { because: text },
  /** The trial is over. `parent` is the process that stays above the taker, null when none does. */
  "giver.trial.confirm": { parent: orNull(whole) },
} satisfies Readonly<Record<string, Fields>>;

type Messages = typeof messages;
export type SuccessionMessage = {
  [Name in keyof Messages]: { readonly name: Name } & FieldsOf<Messages[Name]>;
}[keyof Messages];
export type Said<Name extends SuccessionMessage["name"]> = Extract<SuccessionMessage, { readonly name: Name }>;

/** undefined for what this release does not know. */
export const readSuccessionMessage = (given: unknown): SuccessionMessage | undefined =>
  readFields(messages, given) as SuccessionMessage | undefined;
