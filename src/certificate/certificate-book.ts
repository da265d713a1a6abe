// Which certificate a client is shown: by the host name it asked for, else by the site it came to. One book serves all
// sites of a worker; it holds what it is given, and no name that a client sends makes it grow or fail.
import type { Clock } from "../base/clock.ts";
import type { ServingCertificate } from "../ipc/serving-certificate.ts";
import type { NamedCertificates } from "../net/tls/security.ts";
import { askedHost, wildcardOf } from "./host-match.ts";

/** For whoever knows the name of an entry; asked anew for each handshake, as a certificate may be another one by then. */
export type CertificateEntries = Pick<CertificateBook, "named">;

export class CertificateBook implements NamedCertificates {
  /** The entry for clients that name no host or an unknown one, where the site has none of its own. */
  fallback: string | null = null;
  private readonly clock: Pick<Clock, "wallMs">;
  private readonly byEntry = new Map<string, ServingCertificate>();
  private readonly byHost = new Map<string, readonly ServingCertificate[]>();

  constructor(clock: Pick<Clock, "wallMs">) {
    this.clock = clock;
  }

  get size(): number {
    return this.byEntry.size;
  }

  /** In the place of the version before, if there is one. */
  set(it: ServingCertificate): void {
    this.remove(it.name);
    this.byEntry.set(it.name, it);
    for (const host of it.names) this.byHost.set(host, [...(this.byHost.get(host) ?? []), it]);
  }

  remove(name: string): void {
    const old = this.byEntry.get(name);
    if (old === undefined) return;
    this.byEntry.delete(name);
    for (const host of old.names) {
      const others = (this.byHost.get(host) ?? []).filter((it) => it !== old);
      if (others.length === 0) this.byHost.delete(host);
      else this.byHost.set(host, others);
    }
  }

  get names(): Iterable<string> {
    return this.byHost.keys();
  }

  named(entry: string): ServingCertificate | undefined {
    return this.byEntry.get(entry);
  }

  /** `serverName` is what the client sent (RFC 6066 §3 done), `preferred` the entry that the site names. */
  choose(serverName: string | undefined, preferred: string | null): ServingCertificate | undefined {
    const own = preferred === null ? undefined : this.byEntry.get(preferred);
    const host = askedHost(serverName);
    const named = host === undefined ? undefined : this.forHost(host, own);
    if (named !== undefined) return named;
    return own ?? this.standing;
  }

  /** For clients that no name leads to a certificate: the one that is named for that, else the only one there is. */
  private get standing(): ServingCertificate | undefined {
    if (this.fallback !== null) return this.byEntry.get(this.fallback);
    return this.byEntry.size === 1 ? this.byEntry.values().next().value : undefined;
  }

  /** The exact name before the one with a star, but for an exact one that clients would refuse. */
  private forHost(host: string, own: ServingCertificate | undefined): ServingCertificate | undefined {
    const exact = this.best(host, own);
    if (exact !== undefined && this.isValid(exact)) return exact;
    const wildcard = wildcardOf(host);
    const starred = wildcard === undefined ? undefined : this.best(wildcard, own);
    return starred !== undefined && (exact === undefined || this.isValid(starred)) ? starred : exact;
  }

  /** Of several for one name: valid now, then the site's own, then the one that lives longest. */
  private best(host: string, own: ServingCertificate | undefined): ServingCertificate | undefined {
    const candidates = this.byHost.get(host);
    if (candidates === undefined || candidates.length === 1) return candidates?.[0];
    const rank = (it: ServingCertificate): number => (this.isValid(it) ? 2 : 0) + (it === own ? 1 : 0);
    return candidates.reduce((best, it) => {
      const better = rank(it) - rank(best) || it.notAfterMs - best.notAfterMs;
      return better > 0 ? it : best;
    });
  }

  private isValid({ notBeforeMs, notAfterMs }: ServingCertificate): boolean {
    const now = this.clock.wallMs();
    return notBeforeMs <= now && now < notAfterMs;
  }
}
