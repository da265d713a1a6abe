// How a site wants to be spoken to under TLS, and what it needs of the certificates for that. Types only: the settings
// make the one, the room of the certificates gives the other.

export interface Security {
  /** The entry of the certificates to use for clients that name no host, or one that nobody has. */
  readonly certificate: string | null;
  readonly versionMin: "TLSv1.2" | "TLSv1.3";
  readonly clientCertificate: "off" | "ask" | "require";
  /** Who may have issued client certificates, as PEM; empty: nobody. */
  readonly authorities: string;
  /** What the service speaks, for ALPN (RFC 7301); empty: clients may offer what they like. */
  readonly protocols: readonly string[];
}

/** A certificate that is ready to answer. */
export interface Presentable {
  readonly name: string;
  /** Chain and key as PEM, leaf first. */
  readonly chain: string;
  readonly key: string;
  /** Another number after every replacement. */
  readonly generation: number;
}

/** Where certificates are chosen: live, so a replaced one answers from the next handshake on. */
export interface Certificates {
  choose(serverName: string | undefined, preferred: string | null): Presentable | undefined;
}

/** Whoever cannot ask for each handshake is told all that there is. */
export interface NamedCertificates extends Certificates {
  /** The hosts that certificates are made for, "a.example" or "*.a.example". */
  readonly names: Iterable<string>;
}

export const versionNumbers = { "TLSv1.2": 0x0303, "TLSv1.3": 0x0304 } as const;

/** "TLS 1.0", for people. */
export const versionName = (version: number): string =>
  version >= 0x0301 && version <= 0x0304
    ? `TLS 1.${version - 0x0301}`
    : version === 0x0300
      ? "SSL 3"
      : "an unknown version";
