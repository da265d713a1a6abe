// Every message between the supervisor and its workers, one row each, and the strict reading of them. Names are
// `sender.noun.verb`; a message that is not in the table, or lacks a field, is a bug of a wrong release and is told so.
import type { Fault } from "../base/fault.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import {
  array,
  type Fields,
  type FieldsOf,
  fault,
  flag,
  isFault,
  isText,
  object,
  occurrence,
  orNull,
  readFields,
  text,
  whole,
} from "./message-fields.ts";
import { isServingCertificate, type ServingCertificate } from "./serving-certificate.ts";

const isSiteReport = (given: unknown): boolean =>
  isObject(given) &&
  isText(given.name) &&
  Number.isSafeInteger(given.revision) &&
  (given.is === "open" || given.is === "kept" || given.is === "refused") &&
  Array.isArray(given.faults) &&
  given.faults.every(isFault);

/** Cell and change in turn; what the cells mean is the matter of both ends, which are of one release. */
const isSiteCounts = (given: unknown): boolean =>
  isObject(given) &&
  isText(given.name) &&
  Array.isArray(given.cells) &&
  given.cells.length <= CELLS_MAX * 2 &&
  given.cells.length % 2 === 0 &&
  given.cells.every((it) => Number.isFinite(it));
const CELLS_MAX = 1000;
const SITES_COUNTED_MAX = 1000;

/** A site as its worker gets it: effective settings in their written form, and its secrets opened or refused. */
export interface SiteOrder {
  readonly name: string;
  /** Node path, for sentences: "smtp/sites/default". */
  readonly path: string;
  readonly revision: number;
  readonly values: { readonly [key: string]: Json };
  /** The sections below the site, by collection and name, each with its settings and what is below it in turn. */
  readonly below: JsonObject;
  readonly secrets: Readonly<Record<string, { readonly clear: string } | { readonly fault: Fault }>>;
  /**
   * Listening sockets that lead to it, for which local address ("*" is each) and host name ("" is every one), and
   * whether TLS comes first: a socket for all addresses may be shared by sites that are bound to one.
   */
  readonly routes: readonly {
    readonly tag: number;
    readonly address: string;
    readonly host: string;
    readonly secure: boolean;
  }[];
  readonly paused: boolean;
}

export interface SiteReport {
  readonly name: string;
  readonly revision: number;
  /** "kept": the new settings could not start, the old ones go on serving. */
  readonly is: "open" | "kept" | "refused";
  readonly faults: readonly Fault[];
}

export interface SiteCounts {
  readonly name: string;
  readonly cells: readonly number[];
}

export interface ReleaseIdentity {
  readonly version: string;
  /** Path below the program's root and the SHA-256 of each file. */
  readonly files: Readonly<Record<string, string>>;
}

const messages = {
  "supervisor.worker.greet": {
    service: text,
    release: object<ReleaseIdentity>(),
    home: text,
    user: orNull(object<{ readonly uid: number; readonly gid: number }>()),
  },
  "supervisor.socket.give": { tag: whole },
  "supervisor.socket.drop": { tag: whole },
  /** Before the sites that name them. `fallback` is the entry for clients that name no host. */
  "supervisor.certificates.set": {
    certificates: array<ServingCertificate>(isServingCertificate),
    fallback: orNull(text),
  },
  "supervisor.certificates.remove": { names: array<string>(isText) },
  "supervisor.sites.set": { sites: array<SiteOrder>(isObject) },
  "supervisor.sites.remove": { names: array<string>(isText), limitMs: whole },
  /** Settings of the service that concern what its sites share, in written form; before the first site, and when they change. */
  "supervisor.common.set": { values: object<JsonObject>() },
  /** All that belongs to the start was sent; answer with worker.service.ready. */
  "supervisor.start.complete": {},
  /** Whatever was remembered of logins is to be forgotten; sent at the start too. */
  "supervisor.accounts.changed": { generation: whole, offersScram: flag },
  /** `generation`: what was known of accounts when it was decided. The answer is read where logins are known. */
  "supervisor.login.answer": { id: whole, generation: whole, answer: object<JsonObject>() },
  "supervisor.scram.answer": { id: whole, salt: text, iterations: whole },
  /** Only to the process that answers them; see supervisor/mail/. */
  "supervisor.mail.ask": { id: whole, question: text, given: object<JsonObject>() },
  /** Something to be done at a site, whether it is open or not: told with worker.errand.step, ended with worker.errand.end. */
  "supervisor.errand.begin": { id: whole, errand: text, order: object<SiteOrder>(), given: object<JsonObject>() },
  /** Nobody waits for it any more. */
  "supervisor.errand.drop": { id: whole },
  "supervisor.worker.drain": { limitMs: whole },
  "supervisor.worker.ping": {},

  "worker.release.accept": {},
  "worker.release.refuse": { fault: fault },
  "worker.sites.report": { sites: array<SiteReport>(isSiteReport) },
  /** The last connection of sites that were removed has ended. */
  "worker.sites.end": { names: array<string>(isText) },
  "worker.service.ready": {},
  /** Somebody wants to log in: answered with supervisor.login.answer, and supervisor.scram.answer. */
  "worker.login.ask": { id: whole, site: text, address: text, trace: text, proof: object<JsonObject>() },
  "worker.scram.ask": { id: whole, account: text },
  /** Read where it was asked. */
  "worker.mail.answer": { id: whole, answer: object<JsonObject>() },
  "worker.errand.step": { id: whole, step: object<JsonObject>() },
  /** Without an answer it could not be begun, and `because` says why. */
  "worker.errand.end": { id: whole, answer: orNull(object<JsonObject>()), because: text },
  "worker.event.write": { occurrence },
  /** What has changed in the numbers of sites since it was told before; see net/metrics/. */
  "worker.metrics.report": { sites: array<SiteCounts>(isSiteCounts, SITES_COUNTED_MAX) },
  "worker.load.report": { connections: whole, waitingFor: text },
} satisfies Readonly<Record<string, Fields>>;

type Messages = typeof messages;
export type MessageName = keyof Messages;
export type Message = { [Name in MessageName]: { readonly name: Name } & FieldsOf<Messages[Name]> }[MessageName];
export type SupervisorMessage = Extract<Message, { readonly name: `supervisor.${string}` }>;
export type WorkerMessage = Extract<Message, { readonly name: `worker.${string}` }>;

/** The message, or undefined when it is none of ours. */
export function readMessage(given: unknown, sender: "supervisor" | "worker"): Message | undefined {
  if (!isObject(given) || typeof given.name !== "string" || !given.name.startsWith(`${sender}.`)) return undefined;
  return readFields(messages, given) as Message | undefined;
}
