// Our mail server and two that many run, set up alike: logs on, nothing asked of DNS, all that is taken handed on to one host
// of this machine. A server that this machine lacks is left out.
import { Exim, eximIsThere } from "../test/mail/exim.ts";
import { Postfix, postfixIsThere } from "../test/mail/postfix.ts";
import { Ground } from "../test/program/ground.ts";
import { median } from "./pace.ts";

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** The parent of all its processes. */
  readonly pid: number;
}
export type ServerName = "inetsrv" | "Postfix" | "Exim";
export type MailServers = ReadonlyMap<ServerName, MailServer>;

/** Connections to the host at a time. */
const OUTBOUND = 20;
/** Of clients. */
const INBOUND = 200;

/** As it is after its installation, but for whom it takes mail from and where that goes. */
export async function ourServer(host: number): Promise<MailServer & { readonly ground: Ground }> {
  const site = {
    fullyQualifiedName: "mail.plant.example",
    relay: ["relay 127.0.0.1"],
    smartHost: `[127.0.0.1]:${host}`,
    outConnectionsPerDomain: OUTBOUND,
  };
  const ground = await Ground.up({ services: ["smtp"], document: { smtp: { sites: { default: site } } } });
  return {
    ground,
    port: await ground.port("smtp"),
    pid: ground.server.pid,
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  };
}

export const postfixServer = (host: number): Promise<Postfix> =>
  Postfix.up({
    default_transport: "smtp",
    relayhost: `[127.0.0.1]:${host}`,
    default_process_limit: INBOUND,
    // A process for each connection of a client is not made anew for each.
    max_use: 10_000,
    initial_destination_concurrency: OUTBOUND,
    default_destination_concurrency_limit: OUTBOUND,
    smtpd_recipient_restrictions: "permit_mynetworks, reject",
    // Nothing is counted by client.
    smtpd_client_connection_count_limit: 0,
  });

/** `delivers`: it makes a process for each message at once, and has to have a host that listens. */
export const eximServer = (host: number, delivers: boolean): Promise<Exim> =>
  Exim.open({
    relay: { port: host },
    settings: {
      queue_only: !delivers,
      split_spool_directory: true,
      message_logs: false,
      smtp_accept_max: INBOUND,
      smtp_accept_max_per_connection: 0,
      smtp_accept_queue_per_connection: 0,
      smtp_connect_backlog: INBOUND,
      tls_advertise_hosts: "",
      rfc1413_query_timeout: "0s",
    },
  });

/** Runs with all of them up, and ends them. */
export async function withServers<T>(
  host: number,
  delivers: boolean,
  run: (servers: MailServers) => Promise<T>,
): Promise<T> {
  const servers = new Map<ServerName, MailServer>();
  try {
    servers.set("inetsrv", await ourServer(host));
    if (postfixIsThere) servers.set("Postfix", await postfixServer(host));
    if (eximIsThere) servers.set("Exim", await eximServer(host, delivers));
    return await run(servers);
  } finally {
    for (const it of servers.values()) await it[Symbol.asyncDispose]();
  }
}

export type Rounds<T> = ReadonlyMap<ServerName, readonly T[]>;

/** They take turns, so that what else runs on the machine meets all of them alike. The first round warms up and counts nothing. */
export async function inTurns<T>(
  servers: MailServers,
  rounds: number,
  run: (server: MailServer, name: ServerName) => Promise<T>,
): Promise<Rounds<T>> {
  const all = new Map<ServerName, T[]>([...servers.keys()].map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, server] of servers) {
      const one = await run(server, name);
      if (round > 0) all.get(name)?.push(one);
    }
  return all;
}

/** NaN for a server that is not there. */
export const middle = <T>(rounds: Rounds<T>, name: ServerName, of: (it: T) => number): number =>
  median((rounds.get(name) ?? []).map(of));
