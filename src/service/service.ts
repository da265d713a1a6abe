// What a service is to everybody who manages it: data; and its engine, which opens its sites. Nothing of a protocol here.
import type { Login } from "../account/login.ts";
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import type { JsonObject } from "../base/json.ts";
import type { Result } from "../base/result.ts";
import type { CertificateEntries } from "../certificate/certificate-book.ts";
import type { EventRow, Report } from "../event/event.ts";
import type { Check } from "../metabase/change/check.ts";
import type { AccessLog } from "../net/access-log/access-log.ts";
import type { ServiceLog } from "../net/access-log/access-logs.ts";
import type { Host } from "../net/connection.ts";
import type { MetricList } from "../net/metrics/metric.ts";
import type { SiteMetrics } from "../net/metrics/site-metrics.ts";
import type { Section } from "../schema/section.ts";
import type { ExplainAnswer } from "./answer-meaning.ts";
import type { DoctorCheck } from "./doctor-check.ts";
import type { SiteSettings } from "./site-settings.ts";

/** What a site is opened with. Settings are decoded once here and not looked up again. */
export interface SiteInput<V> {
  readonly name: string;
  /** Node path, for sentences and remedies. */
  readonly path: string;
  readonly values: V;
  /** The sections below the site, by collection and name, in written form: `{domains: {"x.example": {settings, collections}}}`. */
  readonly below: JsonObject;
  /** The clear text of a secret setting, or why it cannot be had; undefined when it is not set. */
  secret(key: string): Result<string, Fault> | undefined;
  readonly clock: Clock;
  readonly report: Report;
  /** How somebody logs in at the site. */
  readonly login: Login;
  /** What happens at the site is counted here; it outlives a change of the settings. */
  readonly metrics: SiteMetrics;
  /** Where each request, command or message is written down; it outlives a change of the settings too. */
  readonly log: AccessLog;
  /** What `openCommon` of the service has given. */
  readonly common: Common | undefined;
}

/** What is handed to a service for what its sites share in one worker. */
export interface CommonWorld {
  readonly home: Home;
  readonly clock: Clock;
  readonly report: Report;
  /** The numbers of the service as a whole. */
  readonly metrics: SiteMetrics;
  /** With which the service may show who it is where it is a client itself. */
  readonly certificates: CertificateEntries;
}

/** What the sites of a service share in a worker, such as a queue. */
export interface Common {
  /** The values of `commonSection` of the service: before the first site, and when they change. */
  settle?(values: unknown): void;
  /** The worker ends: nothing new is begun, and what is under way is over, or left to the next worker, within the limit. */
  close(limitMs: number): Promise<void>;
}

/**
 * A site that runs in a worker: a `Host` of the acceptor, settled so (serve and turnAway; each connection says by
 * `onFinish` how it ends). A change of settings opens a new one beside it; old connections end on the old one.
 */
export interface Site extends Host {
  /** What does not work although the site serves, such as a secret that cannot be opened. */
  readonly faults: readonly Fault[];
  /** It takes whoever names a host that no site has, wherever he came in. */
  readonly takesStrayHosts?: boolean;
  /** What it offers of what its service speaks, where that is not all. */
  readonly protocols?: readonly string[];
  /** It is gone, or a newer one has taken its place; connections that began on it may still be open. */
  close?(): void;
}

/** A site as it is ordered, open or not. */
export type OrderedSite<V> = Pick<SiteInput<V>, "name" | "path" | "values" | "below" | "secret">;

/** Something that an operator wants done at a site now, told step by step; see errand.ts. */
export type Errand<V> = (site: OrderedSite<V>, given: JsonObject, world: ErrandWorld) => Promise<ErrandEnd>;

export interface ErrandWorld {
  readonly clock: Clock;
  /** What the sites of the service share, where it runs. */
  readonly common: Common | undefined;
  /** As in CommonWorld. */
  readonly certificates: CertificateEntries;
  tell(step: JsonObject): void;
  /** Nobody waits for it any more. */
  readonly gone: AbortSignal;
}

/** The error says why it cannot even be begun. */
export type ErrandEnd = Result<JsonObject, string>;

export interface Service {
  /** Also the name of its section at the top of the tree. */
  readonly name: string;
  /** As people write it: "SMTP". */
  readonly title: string;
  /** Its settings; the collection `sites` holds its sites. */
  readonly section: Section;
  readonly siteSection: Section<SiteSettings>;
  /** Those of its settings that concern what its sites share; without secrets. */
  readonly commonSection?: Section;
  /** Its workers have the spool open. */
  readonly keepsSpool?: true;
  /** Much passes through it and little stays, so the memory of its workers is tidied sooner than the runtime would. */
  readonly tidiesSooner?: true;
  /** What it speaks, as ALPN names it (RFC 7301 §6); empty where clients need not say. */
  readonly protocols: readonly string[];
  /** What it speaks over QUIC, where a site of it does. */
  readonly quicProtocol?: string;
  /** What begins in clear there stays so, without STARTTLS: its connections are then taken without the streams for it. */
  readonly staysInClear?: boolean;
  /** Services that must serve before this one starts. */
  readonly needs: readonly string[];
  readonly events: Readonly<Record<string, EventRow>>;
  /** What it means by the code of an answer. */
  readonly explainAnswer?: ExplainAnswer;
  /** How its access logs are called, and what they hold. */
  readonly accessLog: ServiceLog;
  /** What its settings must not say together, or of the home. */
  checks?(home: Home): readonly Check[];
  /** What the doctor looks at for it, besides what it looks at for every service. */
  readonly doctorChecks?: readonly DoctorCheck[];
  /** What it counts besides what every service does: `ownMetrics({...})`. */
  readonly metrics?: MetricList;
  /** The settings of the site that a new home begins with: on this machine only, on a port that anybody may open. */
  readonly firstSite: JsonObject;
  /** Files that a new home begins with, as texts by their paths below it. */
  readonly firstFiles?: Readonly<Record<string, string>>;
  /** What it does in a worker; most of its program, and so loaded by none but those who serve. */
  engine(): Promise<ServiceEngine>;
}

export interface ServiceEngine {
  /**
   * Called in a worker that still has the rights it was started with: what the service loads only when it needs it lies
   * among the program's files, which the user of the services may not be able to read.
   */
  prepare?(): Promise<void>;
  /** Called once in each worker, before the first site. */
  openCommon?(world: CommonWorld): Promise<Common>;
  openSite(input: SiteInput<unknown>): Result<Site, Fault>;
  /** What it does at a site when an operator asks for it, by name. */
  readonly errands?: Readonly<Record<string, Errand<unknown>>>;
}

/** `V` are the values of a site, for whoever writes the engine; those who manage it get the plain shape. */
export function defineEngine<V>(
  parts: Omit<ServiceEngine, "openSite" | "errands"> & {
    readonly openSite: (input: SiteInput<V>) => Result<Site, Fault>;
    readonly errands?: Readonly<Record<string, Errand<V>>>;
  },
): ServiceEngine {
  return parts as unknown as ServiceEngine;
}
