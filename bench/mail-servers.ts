// Our mail server and two that many run, set up alike: logs on, nothing asked of DNS, all that is taken handed on to one host
// of this machine. A server that this machine lacks is left out.
import { Exim, eximIsThere } from "../test/mail/exim.ts";
import { Postfix, postfixIsThere } from "../test/mail/postfix.ts";
import type { MainSettings } from "../test/mail/postfix-files.ts";
import { Ground } from "../test/program/ground.ts";
import type { Command } from "../test/program/program.ts";
import { freePort } from "./free-port.ts";
import { median, WARM_ROUNDS } from "./pace.ts";

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** The parent of all its processes. */
  readonly pid: number;
}
export type ServerName = "inetsrv" | "Postfix" | "Exim";
export type MailServers<Name extends string = ServerName> = ReadonlyMap<Name, MailServer>;

/** It may end and start again, on the same port. */
export interface OurServer extends MailServer {
  readonly ground: Ground;
}

/** Connections to the host at a time. */
const OUTBOUND = 20;
/** Of clients. */
const INBOUND = 200;

/** As it is after its installation, but for whom it takes mail from and where that goes. */
export async function ourServer(host: number, command?: Command): Promise<OurServer> {
  const site = {
    bindings: [`127.0.0.1:${freePort()}`],
    fullyQualifiedName: "mail.plant.example",
    relay: ["relay 127.0.0.1"],
    smartHost: `[127.0.0.1]:${host}`,
    outConnectionsPerDomain: OUTBOUND,
  };
  const ground = await Ground.up({
    services: ["smtp"],
    document: { smtp: { sites: { default: site } } },
    ...(command === undefined ? {} : { spawned: { command } }),
  });
  return {
    ground,
    port: await ground.port("smtp"),
    get pid() {
      return ground.server.pid;
    },
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  };
}

export const postfixServer = (host: number, more: MainSettings = {}): Promise<Postfix> =>
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
    ...more,
  });

const eximServer = (host: number, answers: boolean): Promise<Exim> =>
  Exim.open({
    relay: { port: host },
    settings: {
      queue_only: !answers,
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

export interface Situation {
  /** To which port of this machine all of it goes. */
  readonly host: number;
  /** Whether that host ever answers. Exim makes a process for each message, so it only keeps them where it does not. */
  readonly answers: boolean;
  /** By which ours is started. */
  readonly command?: Command;
}

/** Runs with all of them up, and ends them. */
export async function withServers<T>(
  { host, answers, command }: Situation,
  run: (servers: MailServers) => Promise<T>,
): Promise<T> {
  const servers = new Map<ServerName, MailServer>();
  try {
    servers.set("inetsrv", await ourServer(host, command));
    if (postfixIsThere) servers.set("Postfix", await postfixServer(host));
    if (eximIsThere) servers.set("Exim", await eximServer(host, answers));
    return await run(servers);
  } finally {
    for (const it of servers.values()) await it[Symbol.asyncDispose]();
  }
}

export type Rounds<T, Name extends string = ServerName> = ReadonlyMap<Name, readonly T[]>;

/** They take turns, so that what else runs on the machine meets all of them alike. The first rounds warm up and count nothing. */
export async function inTurns<T, Name extends string>(
  servers: MailServers<Name>,
  rounds: number,
  run: (server: MailServer, name: Name) => Promise<T>,
): Promise<Rounds<T, Name>> {
  const all = new Map<Name, T[]>([...servers.keys()].map((name) => [name, []]));
  for (let round = 1 - WARM_ROUNDS; round <= rounds; round++)
    for (const [name, server] of servers) {
      const one = await run(server, name);
      if (round > 0) all.get(name)?.push(one);
    }
  return all;
}

/** NaN for a server that is not there. */
export const middle = <T, Name extends string>(rounds: Rounds<T, Name>, name: Name, of: (it: T) => number): number =>
  median((rounds.get(name) ?? []).map(of));
