// Who answers on which socket, address and host name. Pure: it holds whatever stands for a site, and chooses.

export interface Route {
  /** The listening socket. */
  readonly tag: number;
  /** "*" is every address. */
  readonly address: string;
  /** "" is every name; "*.example.org" is every name below it. */
  readonly host: string;
  /** TLS comes first. */
  readonly secure: boolean;
}

/** One address of one socket, with all who answer there. */
export class Place<Site> {
  readonly secure: boolean;
  private readonly byHost = new Map<string, Site>();
  /** Those behind the first with the same name, in the order of their coming: while one takes the place of another. */
  private readonly behind = new Map<string, readonly Site[]>();
  /** How many of them stand for all names below one: most places have none to look through. */
  private wildcards = 0;
  /** The first name in the alphabet, once it was asked for. */
  private leading: string | undefined;

  constructor(secure: boolean) {
    this.secure = secure;
  }

  /**
   * Who answers before a name is known, or to one that nobody has: whoever takes every name, else whose name comes first in the
   * alphabet, so that it is the same one in each process, whatever has changed since.
   */
  get standing(): Site | undefined {
    this.leading ??= [...this.byHost.keys()].reduce((one, other) => (one < other ? one : other), LAST);
    return this.byHost.get(this.leading);
  }

  /** Whose name it is: the very name before the nearest wildcard, and that before whoever takes every name. */
  named(host: string): Site | undefined {
    // As nearly everybody writes it, before what costs more.
    const asWritten = this.byHost.get(host);
    if (asWritten !== undefined) return asWritten;
    const plain = (host.endsWith(".") ? host.slice(0, -1) : host).toLowerCase();
    const exact = plain === host ? undefined : this.byHost.get(plain);
    if (exact !== undefined) return exact;
    for (let dot = this.wildcards === 0 ? -1 : plain.indexOf("."); dot >= 0; dot = plain.indexOf(".", dot + 1)) {
      const wild = this.byHost.get(`*${plain.slice(dot)}`);
      if (wild !== undefined) return wild;
    }
    return this.byHost.get("");
  }

  get empty(): boolean {
    return this.byHost.size === 0;
  }

  /** All of them, each once. */
  get sites(): ReadonlySet<Site> {
    return new Set([...this.byHost.values(), ...[...this.behind.values()].flat()]);
  }

  add(host: string, site: Site): void {
    const sites = this.at(host);
    if (sites.includes(site)) return;
    this.put(host, [...sites, site]);
    if (sites.length > 0) return;
    if (this.leading !== undefined && host < this.leading) this.leading = host;
    if (isWildcard(host)) this.wildcards++;
  }

  remove(host: string, site: Site): void {
    const sites = this.at(host);
    const left = sites.filter((it) => it !== site);
    this.put(host, left);
    if (sites.length === 0 || left.length > 0) return;
    if (host === this.leading) this.leading = undefined;
    if (isWildcard(host)) this.wildcards--;
  }

  private at(host: string): readonly Site[] {
    const first = this.byHost.get(host);
    return first === undefined ? [] : [first, ...(this.behind.get(host) ?? [])];
  }

  private put(host: string, [first, ...behind]: readonly Site[]): void {
    if (first === undefined) this.byHost.delete(host);
    else this.byHost.set(host, first);
    if (behind.length === 0) this.behind.delete(host);
    else this.behind.set(host, behind);
  }
}

export class PlaceTable<Site> {
  /** Whose the names are that nobody has, at whichever place they are said. */
  stray: Site | undefined;
  /** By socket and then by address, as they come: each request of the web asks here. */
  private readonly places = new Map<number, Map<string, Place<Site>>>();

  add({ tag, address, host, secure }: Route, site: Site): void {
    const places = this.places.get(tag) ?? new Map<string, Place<Site>>();
    this.places.set(tag, places);
    let place = places.get(address);
    // What was in clear there is on its way out when TLS comes, or the other way round: a change never leaves both.
    if (place === undefined || place.secure !== secure) {
      place = new Place(secure);
      places.set(address, place);
    }
    place.add(host, site);
  }

  remove({ tag, address, host, secure }: Route, site: Site): void {
    const places = this.places.get(tag);
    const place = places?.get(address);
    if (place === undefined || place.secure !== secure) return;
    place.remove(host, site);
    if (place.empty) places?.delete(address);
    if (places?.size === 0) this.places.delete(tag);
  }

  /** Whether TLS comes first on any address of the socket. */
  isSecure(tag: number): boolean {
    return [...(this.places.get(tag)?.values() ?? [])].some((it) => it.secure);
  }

  /** What is bound to exactly this address, before what is bound to all addresses. */
  at(tag: number, localAddress: string): Place<Site> | undefined {
    const places = this.places.get(tag);
    return places?.get(localAddress) ?? places?.get(localAddress.includes(":") ? "::" : "0.0.0.0") ?? places?.get("*");
  }
}

/** Behind every name. */
const LAST = "\uffff";

const isWildcard = (host: string): boolean => host.startsWith("*.");
