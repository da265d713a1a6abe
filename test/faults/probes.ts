// What real clients ask of every site of the installation, and what has to come back: a row for each site, and for each
// that begins with TLS. Only for tests.

import type { SiteStatus } from "../../src/supervisor/answers.ts";
import { Peer } from "../program/peer.ts";

/** Where a site was last seen to listen. */
export interface Ports {
  readonly clear: number;
  readonly secure: number;
}

interface Probe {
  /** "www/default", or "www/default tls". */
  readonly name: string;
  readonly site: string;
  /** Throws with what was heard instead. */
  ask(peer: Peer): Promise<void>;
}

export const HOST = "www.example";
export const pages = { default: "The first site.\n", second: "The second site.\n" } as const;
export const sitesOf = ["www", "ftp", "smtp", "nntp"].flatMap((it) => [`${it}/default`, `${it}/second`]);
const ANSWER_WITHIN_MS = 8000;

const web = (page: string) => async (peer: Peer) => {
  peer.say(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  const answer = await peer.hear(`\r\n\r\n${page}`);
  if (!answer.startsWith("HTTP/1.1 200 ")) throw new Error(answer);
};
const mail = async (peer: Peer) => {
  await begins(peer.line(), "220 ");
  await begins(peer.ask("HELO client.example"), "250 ");
  await begins(peer.ask("MAIL FROM:<ada@house.example>"), "250 ");
  await begins(peer.ask("RCPT TO:<bob@far.example>"), "250 ");
};
const files = async (peer: Peer) => {
  await begins(peer.line(), "220 ");
  await begins(peer.ask("NOOP"), "200 ");
};
const news = async (peer: Peer) => {
  await begins(peer.line(), "20");
  await begins(peer.ask("DATE"), "111 ");
};

const ways: Readonly<Record<string, (site: keyof typeof pages) => Probe["ask"]>> = {
  www: (site) => web(pages[site]),
  ftp: () => files,
  smtp: () => mail,
  nntp: () => news,
};
const wayOf = (site: string): Probe["ask"] => {
  const [service = "", name = ""] = site.split("/");
  const way = ways[service];
  if (way === undefined) throw new Error(`nobody knows how to ask ${site}`);
  return way(name as keyof typeof pages);
};

/** Those of the sites called default listen with TLS too. */
export const probes: readonly Probe[] = [
  ...sitesOf.map((site) => ({ name: site, site, ask: wayOf(site) })),
  ...["www/default", "smtp/default"].map((site) => ({ name: `${site} tls`, site, ask: wayOf(site) })),
];

/** Whether what may fail covers it: a service, a site, or "tls" for all that begins with it. */
export const isDisturbed = ({ name, site }: Probe, disturbs: readonly string[] | "everything"): boolean =>
  disturbs === "everything" ||
  disturbs.some(
    (it) => it === name || it === site || site.startsWith(`${it}/`) || (it === "tls" && name.endsWith(" tls")),
  );

/** What fails of those, each with its reason. */
export async function failing(of: readonly Probe[], ports: ReadonlyMap<string, Ports>): Promise<readonly string[]> {
  const answers = await Promise.all(of.map((it) => attempt(it, ports)));
  return answers.filter((it) => it !== undefined);
}

async function attempt({ name, site, ask }: Probe, ports: ReadonlyMap<string, Ports>): Promise<string | undefined> {
  const found = ports.get(site);
  const port = name.endsWith(" tls") ? found?.secure : found?.clear;
  if (!port) return `${name}: it listens nowhere`;
  try {
    using peer = await (name.endsWith(" tls") ? Peer.openSecure(port, { servername: HOST }) : Peer.open(port));
    // Whoever is kept waiting is cut off, which is heard as the end.
    const cut = setTimeout(() => peer[Symbol.dispose](), ANSWER_WITHIN_MS);
    await ask(peer).finally(() => clearTimeout(cut));
    return undefined;
  } catch (error) {
    return `${name}: ${(error as Error).message}`;
  }
}

async function begins(line: Promise<string>, start: string): Promise<void> {
  const text = await line;
  if (!text.startsWith(start)) throw new Error(`${JSON.stringify(text)} instead of ${start}`);
}

const portIn = (addresses: readonly string[]): number => Number(addresses[0]?.split(":").at(-1) ?? 0);
export const portsOf = ({ addresses, secureAddresses }: SiteStatus): Ports => ({
  clear: portIn(addresses),
  secure: portIn(secureAddresses),
});

/** Clients that stay connected while the fault comes: one of each service, at its first site. */
export class Attached implements Disposable {
  private readonly peers = new Map<string, Peer>();

  static async open(ports: ReadonlyMap<string, Ports>): Promise<Attached> {
    const attached = new Attached();
    for (const site of sitesOf.filter((it) => it.endsWith("/default"))) {
      const peer = await Peer.open(ports.get(site)?.clear ?? 0);
      attached.peers.set(site, peer);
      await wayOf(site)(peer);
    }
    return attached;
  }

  /** The same question once more on the same connection: what fails, but of those that may. */
  async failing(disturbs: readonly string[] | "everything"): Promise<readonly string[]> {
    const failed: string[] = [];
    for (const [site, peer] of this.peers) {
      if (isDisturbed({ name: site, site, ask: wayOf(site) }, disturbs)) continue;
      try {
        const cut = setTimeout(() => peer[Symbol.dispose](), ANSWER_WITHIN_MS);
        if (site.startsWith("www/")) await wayOf(site)(peer);
        else await begins(peer.ask("NOOP"), site.startsWith("nntp/") ? "5" : "2");
        clearTimeout(cut);
      } catch (error) {
        failed.push(`${site}, connected before: ${(error as Error).message}`);
      }
    }
    return failed;
  }

  [Symbol.dispose](): void {
    for (const it of this.peers.values()) it[Symbol.dispose]();
  }
}
