// What a service is told about a connection, and what it may ask of it. Interfaces only: the front makes them.
import type { Socket } from "node:net";
import type { QuicStream } from "node:quic";
import type { Result } from "../base/result.ts";
import type { Refusal, Visit } from "./access/visit.ts";
import type { Ends } from "./access-log/ends.ts";
import type { Carrier } from "./carrier.ts";

export interface Endpoint {
  /** An IPv4 address is spelled as such, whatever socket it came through. */
  readonly address: string;
  readonly port: number;
}

/** What a handshake has settled. */
export interface Secured {
  /** "TLSv1.3" */
  readonly protocol: string;
  /** As RFC 8446 or IANA name it: "TLS_AES_128_GCM_SHA256". */
  readonly cipher: string;
  /** The host name that the client asked for (SNI), in lower case. */
  readonly serverName: string | undefined;
  /** The protocol that both chose by ALPN. */
  readonly alpn: string | undefined;
  /** Name in a client certificate that was verified; undefined without one. */
  readonly clientName: string | undefined;
  /** SHA-256 of that certificate, as pairs of hex digits with colons. */
  readonly clientFingerprint: string | undefined;
  /** Why a certificate that the client has shown is not believed, as OpenSSL calls it: "CERT_HAS_EXPIRED". */
  readonly clientDistrust: string | undefined;
  /** The handshake took up an earlier session. */
  readonly resumed: boolean;
}

export interface Connection {
  /** Names it in access log and event log. */
  readonly trace: string;
  /** Who is at the other end; behind a proxy that we trust, whom the proxy names. */
  readonly peer: Endpoint;
  /** The address of ours that the peer chose. */
  readonly local: Endpoint;
  /** What all lines of it in a log have in common. */
  readonly ends: Ends;
  /** Undefined in clear. */
  readonly secured: Secured | undefined;
  /** Whether `secure` may be called: the site has a certificate, and the connection is still in clear. */
  readonly canSecure: boolean;
  /**
   * Does the handshake on the socket of this connection (STARTTLS, AUTH TLS). Nobody may read the old socket any more, and
   * nothing that came in clear may be kept. The socket that carries the clear text from then on, or why there is none;
   * the connection is over then.
   */
  secure(socket: Socket): Promise<Result<Socket, string>>;
  /**
   * The protocol has named its host (Host of HTTP, HOST of FTP): the connection is that site's from now on, and counts
   * there. What its service opened for the site; undefined when nobody has the name here, or does not want this peer.
   */
  moveTo(hostName: string): Host | undefined;
  /** Tells the limits of the site of each request and failure. */
  readonly visit: Pick<Visit, "request" | "failure">;
  /** How it comes to its end where nothing is lost; without it a drain waits for the peer. */
  onFinish(finish: () => void): void;
}

/** One over QUIC: many streams instead of a socket. */
export interface QuicConnection extends Connection {
  /** Each stream that the client opens, also those that it has opened already. */
  onStream(take: (stream: QuicStream) => void): void;
  /** When nothing more will ever come or go. */
  onClose(closed: () => void): void;
  /** The client is asked to open no more streams; those that are open go on. */
  goAway(): void;
  cut(): void;
}

/** What of a site serves such connections. */
export interface OverQuic {
  /** Clients may be told that they can come so: whoever opens the port says it here. */
  isOpen: boolean;
  serve(connection: QuicConnection): void;
}

/** Why a connection is not served although it got through. */
export type TurnedAway = "paused" | "full" | Refusal["why"];

/** Who serves connections. Errors of the socket are taken care of: its "close" is all that there is to look for. */
export interface Host {
  serve(socket: Carrier, connection: Connection): void;
  /** Says in the words of its protocol that it cannot serve, and ends the socket. */
  turnAway(socket: Carrier, why: TurnedAway): void;
  /** Where it serves connections over QUIC too. */
  readonly overQuic?: OverQuic | undefined;
}
