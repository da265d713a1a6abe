// The resolver over the DNS of the system, or over name servers of its own: asked by UDP, and by TCP where an answer does
// not fit. It remembers answers for a short while within a bound, and never remembers trouble.
import { Resolver as Dns } from "node:dns/promises";
import type { Clock } from "../../base/clock.ts";
import { bad, good } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import { type MailHost, printMailHost } from "./mail-host.ts";
import type { Exchanger, NoAnswer, Resolved, Resolver } from "./resolver.ts";

export interface DnsOptions {
  readonly clock: Clock;
  /** Empty: those of the system. */
  readonly servers: readonly MailHost[];
  /** For one try of one server. */
  readonly timeoutMs?: number;
  readonly tries?: number;
}

/** The runtime does not tell how long an MX record lasts, though it keeps to that itself: a change is felt soon after. */
const KEPT_MS = 5 * 60_000;
/** Of what is not there: somebody may be about to make it. */
const NOTHING_KEPT_MS = 60_000;
const KEPT_MAX = 10_000;
const RECORDS_MAX = 100;

interface Kept {
  readonly answer: Promise<Resolved<unknown>>;
  untilMs: number;
}

export class DnsResolver implements Resolver {
  private readonly dns: Dns;
  private readonly clock: Clock;
  private readonly kept = new Map<string, Kept>();

  constructor({ clock, servers, timeoutMs = 5000, tries = 3 }: DnsOptions) {
    this.clock = clock;
    this.dns = new Dns({ timeout: timeoutMs, tries });
    if (servers.length > 0) this.dns.setServers(servers.map(serverText));
  }

  exchangers(domain: string): Promise<Resolved<Exchanger>> {
    return this.remember(`MX ${domain}`, () =>
      asked(domain, async () => {
        const found = await this.dns.resolveMx(domain);
        return found.map((it) => ({ host: it.exchange.toLowerCase().replace(/\.$/, ""), preference: it.priority }));
      }),
    );
  }

  addresses(host: string): Promise<Resolved<string>> {
    return this.remember(`A ${host}`, async () => {
      const four = asked(host, () => this.dns.resolve4(host));
      const six = asked(host, () => this.dns.resolve6(host));
      const [v4, v6] = [await four, await six];
      const found = [...(v4.ok ? v4.value : []), ...(v6.ok ? v6.value : [])];
      if (found.length > 0) return good(found);
      // Of two troubles the one counts that may pass.
      return v4.ok || (!v6.ok && v6.error.is === "later") ? v6 : v4;
    });
  }

  /** Several who ask at once share one question. */
  private remember<T>(key: string, ask: () => Promise<Resolved<T>>): Promise<Resolved<T>> {
    const nowMs = this.clock.steadyMs();
    const found = this.kept.get(key);
    if (found !== undefined && found.untilMs > nowMs) return found.answer as Promise<Resolved<T>>;
    const entry: Kept = { answer: this.settled(key, ask()), untilMs: Number.POSITIVE_INFINITY };
    this.kept.delete(key);
    this.kept.set(key, entry);
    const [eldest] = this.kept.keys();
    if (this.kept.size > KEPT_MAX && eldest !== undefined) this.kept.delete(eldest);
    return entry.answer as Promise<Resolved<T>>;
  }

  private async settled(key: string, asking: Promise<Resolved<unknown>>): Promise<Resolved<unknown>> {
    const answer = await asking;
    const entry = this.kept.get(key);
    const isTrouble = !answer.ok && answer.error.is === "later";
    if (entry === undefined || isTrouble) this.kept.delete(key);
    else entry.untilMs = this.clock.steadyMs() + (answer.ok ? KEPT_MS : NOTHING_KEPT_MS);
    return answer;
  }
}

async function asked<T>(name: string, ask: () => Promise<readonly T[]>): Promise<Resolved<T>> {
  try {
    return good((await ask()).slice(0, RECORDS_MAX));
  } catch (thrown) {
    return bad(noAnswer(name, thrown));
  }
}

/** The runtime says ENOTFOUND both of a name that is not there and of one without such a record. */
const nothing: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA", "NXDOMAIN", "NODATA"]);
const words: Readonly<Record<string, string>> = {
  ETIMEOUT: "no name server has answered in time",
  ECONNREFUSED: "no name server can be reached",
  ESERVFAIL: "the name servers of the domain are in trouble",
  EREFUSED: "the name server refuses to answer",
  EBADRESP: "the name server has answered what cannot be understood",
};

function noAnswer(name: string, thrown: unknown): NoAnswer {
  const code = String((thrown as { readonly code?: unknown } | null)?.code ?? "").replace(/^DNS_/, "");
  if (nothing.has(code)) return { is: "none", because: `DNS knows no ${name}` };
  return { is: "later", because: `${name} cannot be looked up: ${words[code] ?? (code || messageOf(thrown))}` };
}

const serverText = (it: MailHost): string =>
  it.port === undefined ? it.host : printMailHost(it).replace(/^\[([0-9.]+)\]/, "$1");
