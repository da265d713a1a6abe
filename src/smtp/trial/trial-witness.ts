// Looks on while a conversation is led and tells every step of it, in words that fit on a screen. It keeps what is needed
// in the end to say where it went wrong; it changes nothing.
import { type Heard, heardText } from "../../proto/smtp/client/talk.ts";
import type { Reply } from "../../proto/smtp/reply.ts";
import type { TrialHappening } from "../../proto/smtp/trial.ts";
import type { Protected } from "../deliver/begin-tls.ts";
import type { Endpoint } from "../deliver/find-endpoints.ts";
import { remoteText, type Witness } from "../deliver/outbound-session.ts";
import type { NoAnswer, Resolved, Resolver } from "../deliver/resolver.ts";

/** What is shown of a reply, however much a server says. */
const LINES_MAX = 40;
const LINE_LENGTH_MAX = 1000;

export class TrialWitness implements Witness {
  /** What DNS could not say last. */
  lookup: NoAnswer["is"] | undefined;
  /** Why the certificate of the last server proves nothing. */
  doubt: string | undefined;
  /** What was refused in this conversation, or not answered any more; "" is the greeting or the text. */
  readonly refusals: { readonly to: string; readonly heard: Heard }[] = [];
  /** What was said and is not answered yet: commands may go out several at a time. */
  private readonly unanswered: string[] = [];
  private readonly tell: (it: TrialHappening) => void;

  constructor(tell: (it: TrialHappening) => void) {
    this.tell = tell;
  }

  met(endpoint: Endpoint): void {
    this.unanswered.length = 0;
    this.refusals.length = 0;
    this.doubt = undefined;
    this.tell({ step: "connect", remote: remoteText(endpoint) });
  }

  secured({ protocol, cipher, doubt }: Omit<Protected, "socket">): void {
    this.doubt = doubt;
    this.tell({ step: "tls", protocol, cipher, doubt: doubt ?? null });
  }

  said(line: string): void {
    this.unanswered.push(line);
    this.tell({ step: "said", line });
  }

  heard(heard: Heard): void {
    const to = this.unanswered.shift() ?? "";
    if (heard.reply.code >= 400) this.refusals.push({ to, heard });
    if (heard.from === "connection") return this.tell({ step: "note", words: heardText(heard) });
    this.tell({ step: "heard", to, code: heard.reply.code, lines: shownLines(heard.reply) });
  }

  sending(bytes: number): void {
    this.tell({ step: "text", bytes });
  }

  noted(words: string): void {
    const isTold = this.refusals.some(({ heard }) => heard.reply.lines.join(" ") === words);
    if (!isTold) this.tell({ step: "note", words });
  }

  /** The same answers, and each of them told. */
  watched(resolver: Resolver): Resolver {
    return {
      exchangers: async (domain) => {
        const found = await resolver.exchangers(domain);
        this.looked("MX", domain, found, ({ host, preference }) => `${preference} ${host === "" ? "." : host}`);
        return found;
      },
      addresses: async (host) => {
        const found = await resolver.addresses(host);
        this.looked("addresses", host, found, (it) => it);
        return found;
      },
    };
  }

  private looked<T>(records: "MX" | "addresses", name: string, found: Resolved<T>, spell: (it: T) => string): void {
    if (!found.ok) this.lookup = found.error.is;
    const [some, trouble] = found.ok ? [found.value.map(spell), null] : [[], found.error.because];
    this.tell({ step: "lookup", records, name, found: some, trouble });
  }
}

/** The enhanced code stands in front of the words, as it came. */
function shownLines({ enhanced, lines }: Reply): readonly string[] {
  const shown = lines.slice(0, LINES_MAX).map((it) => `${enhanced ?? ""} ${it}`.trim().slice(0, LINE_LENGTH_MAX));
  return lines.length > LINES_MAX ? [...shown, `and ${lines.length - LINES_MAX} lines more`] : shown;
}
