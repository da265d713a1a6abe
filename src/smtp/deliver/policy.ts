// What the settings of a site say about mail that leaves, compiled once so that nothing is looked up for each message.
// Pure; a password comes in opened or not at all, and what is wrong with it is told by whoever opened it.
import { type NodeSnapshot, snapshotValues } from "../../metabase/read/snapshot.ts";
import type { Mailbox } from "../../proto/smtp/address.ts";
import { type RetrySchedule, usualSchedule } from "../../proto/smtp/message/schedule.ts";
import type { Rate } from "../../schema/kinds/rate.ts";
import type { Section, Values } from "../../schema/section.ts";
import type { deliverSettings, TlsChoice } from "./deliver-settings.ts";
import type { MailHost } from "./mail-host.ts";
import { routeSection } from "./route-settings.ts";

export type DeliverValues = Values<Section<typeof deliverSettings>>;

/** How a kind of destination is spoken with. */
export interface Way {
  /** "direct", "smart host", "route acme": for people. */
  readonly name: string;
  /** Undefined: the hosts that the domain of the recipient names. */
  readonly hosts: readonly MailHost[] | undefined;
  readonly tls: TlsChoice;
  /** Without a password the certificate says it all. */
  readonly login: { readonly account: string; readonly password: string | undefined } | undefined;
  /** The entry of the certificate that is shown to the hosts. */
  readonly certificate: string | null;
  /** "alerts@example.org" or "@example.org". */
  readonly sender: string | null;
  readonly connectionsMax: number;
  readonly messagesPerConnection: number;
  readonly pace: Rate | null;
  /** The setting to look at when it fails. */
  readonly setting: string;
}

export interface Route extends Way {
  readonly key: string;
  readonly domains: readonly string[];
  readonly senders: readonly string[];
  readonly fallback: string | null;
}

export interface DeliveryPolicy {
  readonly direct: Way;
  readonly smartHost: Way | undefined;
  readonly directFirst: boolean;
  readonly routes: ReadonlyMap<string, Route>;
  readonly schedule: RetrySchedule;
  readonly heloName: string;
  /** Empty: those of the system. */
  readonly nameServers: readonly MailHost[];
  readonly remotePort: number;
  readonly sourceAddress: string | null;
  readonly noticeCopyTo: Mailbox | null;
  readonly connectionsMax: number;
  readonly connectTimeoutMs: number;
  readonly remoteTimeoutMs: number | null;
}

export interface PolicyInput {
  /** Node path of the site. */
  readonly path: string;
  /** With which it greets. */
  readonly hostName: string;
  readonly values: DeliverValues;
  /** The collection `routes` of the site. */
  readonly routes: readonly (readonly [name: string, node: NodeSnapshot])[];
  /** The clear text of a secret at or below the site: "smartHostPassword", "routes/acme/password". */
  password(key: string): string | undefined;
}

export function deliveryPolicy({ path, hostName, values, routes, password }: PolicyInput): DeliveryPolicy {
  const shared = {
    connectionsMax: values.outConnectionsPerDomain,
    messagesPerConnection: values.outMessagesPerConnection,
    pace: null,
    sender: null,
    login: undefined,
    certificate: null,
  };
  const { smartHostTls: tls, smartHostUser: user, smartHostCertificate: certificate, smartHost } = values;
  const smartHostWay: Way | undefined =
    smartHost === null
      ? undefined
      : {
          ...shared,
          name: "smart host",
          hosts: smartHost,
          ...protectedBy({ tls, user, certificate }, password("smartHostPassword")),
          setting: `${path}/smartHost`,
        };
  return {
    direct: { ...shared, name: "direct", hosts: undefined, tls: values.directTls, setting: `${path}/directTls` },
    smartHost: smartHostWay,
    directFirst: values.directFirst,
    routes: new Map(routes.map(([key, node]) => [key, routeOf(key, snapshotValues(routeSection, node))])),
    schedule: {
      glitchRetries: values.glitchRetries,
      glitchPauseMs: usualSchedule.glitchPauseMs,
      pausesMs: values.retryIntervals,
      delayNoticeMs: values.delayNotice,
      expiryMs: values.deliveryExpiry,
    },
    heloName: values.heloName ?? hostName,
    nameServers: values.nameServers,
    remotePort: values.remotePort,
    sourceAddress: values.sourceAddress,
    noticeCopyTo: values.noticeCopyTo,
    connectionsMax: values.outConnectionsMax,
    connectTimeoutMs: values.connectTimeout,
    remoteTimeoutMs: values.remoteTimeout,
  };

  function routeOf(key: string, own: Values<typeof routeSection>): Route {
    const { hosts, domains, senders, sender, pace, fallback } = own;
    return {
      key,
      name: `route ${key}`,
      hosts: hosts ?? undefined,
      domains,
      senders,
      ...protectedBy(own, password(`routes/${key}/password`)),
      sender,
      connectionsMax: own.connectionsMax ?? shared.connectionsMax,
      messagesPerConnection: own.messagesPerConnection ?? shared.messagesPerConnection,
      pace,
      fallback,
      setting: `${path}/routes/${key}`,
    };
  }
}

type Protection = Pick<Values<typeof routeSection>, "tls" | "user" | "certificate">;

function protectedBy(
  { tls, user, certificate }: Protection,
  password: string | undefined,
): Pick<Way, "tls" | "login" | "certificate"> {
  return {
    tls: tlsFor({ tls, user, certificate }),
    login: user === "" ? undefined : { account: user, password: password ?? (certificate === null ? "" : undefined) },
    certificate,
  };
}

/** A password is told to nobody but who is known to be the host, unless somebody says otherwise. */
function tlsFor({ tls, user, certificate }: Protection): TlsChoice {
  if (certificate === null) return tls ?? (user === "" ? "opportunistic" : "verified");
  // There is no other place to show it.
  return tls === "off" || tls === "opportunistic" ? "required" : (tls ?? "verified");
}
