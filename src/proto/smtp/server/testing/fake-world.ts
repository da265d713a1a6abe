// A world in memory for sessions of the server, and somebody who speaks with them in bytes as a line session would. For
// tests; each of its ports can be made to refuse.
import { LineReader } from "../../../../base/line-reader.ts";
import { lenient, strict } from "../../leniency.ts";
import { printReply, type Reply, say } from "../../reply.ts";
import type { Content, Decision, Envelope, LoginStep, Ports, Queued, Recipient, Soon } from "../ports.ts";
import { allOfferable, type SessionLimits, type SiteRules } from "../rules.ts";
import { COMMAND_LINE_BYTES_MAX, SmtpSession } from "../session.ts";
import type { Step } from "../state.ts";

const limits: SessionLimits = {
  messageBytesMax: 1000,
  sessionBytesMax: null,
  recipientsMax: 5,
  messagesMax: null,
  errorsMax: 20,
};

export const someRules = ({
  limits: told,
  ...more
}: Partial<Omit<SiteRules, "limits">> & { limits?: Partial<SessionLimits> } = {}): SiteRules => ({
  name: "mail.example",
  ownDomain: "site.example",
  leniency: strict,
  offers: allOfferable,
  tlsRequired: false,
  ...more,
  limits: { ...limits, ...told },
});

export const forgivingRules: SiteRules = someRules({ leniency: lenient });

export interface Mail {
  readonly envelope: Envelope;
  readonly text: string;
  readonly eightBit: boolean;
}

export class FakeWorld implements Ports {
  secure = false;
  canSecure = true;
  mechanisms: readonly string[] = ["PLAIN"];
  readonly queued: Mail[] = [];
  /** Contents that were begun, and neither committed nor dropped. */
  open = 0;
  dropped = 0;
  /** What each port answers instead of going on. */
  refusals: { sender?: Reply; recipient?: Reply; begin?: Reply; commit?: Reply } = {};
  /** Ports answer in a later turn of the event loop. */
  late = false;

  login(mechanism: string, initial: string | undefined): Soon<LoginStep> {
    if (mechanism !== "PLAIN") return this.soon({ is: "refused", reply: say(504, "5.5.4", "Unknown") });
    if (initial === "blocked") return this.soon({ is: "refused", reply: say(454, "4.7.0", "Blocked"), close: true });
    if (initial === undefined)
      return this.soon({ is: "challenge", text: "", next: (line) => this.soon(verdict(line)) });
    return this.soon(verdict(initial));
  }

  sender(_: Envelope): Soon<Decision> {
    return this.soon(this.refusals.sender ?? "accepted");
  }

  recipient({ mailbox }: Recipient, _: Envelope): Soon<Decision> {
    if (mailbox.local === "nobody") return this.soon(say(550, "5.1.1", "No such mailbox"));
    return this.soon(this.refusals.recipient ?? "accepted");
  }

  begin(envelope: Envelope): Soon<Content | Reply> {
    const { begin, commit } = this.refusals;
    if (begin !== undefined) return this.soon(begin);
    const pieces: Buffer[] = [];
    let over = false;
    const close = (): void => {
      if (over) throw new Error("a content is closed twice");
      over = true;
      this.open--;
    };
    this.open++;
    return this.soon<Content>({
      take: (piece) => {
        if (over) throw new Error("a piece for a content that is closed");
        pieces.push(Buffer.from(piece));
        return this.late ? Promise.resolve() : undefined;
      },
      commit: ({ bytes, eightBit }) => {
        close();
        const text = Buffer.concat(pieces).toString("latin1");
        if (text.length !== bytes) throw new Error(`${bytes} bytes are told of ${text.length}`);
        if (commit !== undefined) return this.soon<Reply | Queued>(commit);
        this.queued.push({ envelope, text, eightBit });
        return this.soon<Reply | Queued>({ queued: `id${this.queued.length}` });
      },
      drop: () => {
        close();
        this.dropped++;
      },
    });
  }

  turnQueue(node: string): Soon<Reply> {
    return this.soon(say(250, "2.0.0", `Started for ${node}`));
  }

  private soon<T>(value: T): Soon<T> {
    return this.late ? Promise.resolve(value) : value;
  }
}

const verdict = (line: string): LoginStep =>
  line === "*"
    ? { is: "refused", reply: say(501, "5.7.0", "Given up") }
    : line === "right"
      ? { is: "done", account: "ada" }
      : { is: "refused", reply: say(535, "5.7.8", "Wrong") };

/** Speaks with a session in bytes, and cuts them into lines and blocks as the session wants. */
export class Talker {
  readonly world: FakeWorld;
  readonly session: SmtpSession;
  closed = false;
  private reader = new LineReader(COMMAND_LINE_BYTES_MAX);
  private block: Extract<Step, { receive: unknown }>["receive"] | undefined;
  private said = "";

  constructor(rules: SiteRules = someRules(), world = new FakeWorld()) {
    this.world = world;
    this.session = new SmtpSession(rules, world);
  }

  /** What is answered to these bytes, which have one character each. */
  async send(bytes: string): Promise<string> {
    this.said = "";
    this.reader.push(Buffer.from(bytes, "latin1"));
    while (!this.closed && (await this.step()));
    return this.said;
  }

  /** The codes of the answers to these lines. */
  async codes(...lines: readonly string[]): Promise<readonly number[]> {
    const said = await this.send(lines.map((it) => `${it}\r\n`).join(""));
    return [...said.matchAll(/^(\d{3})(?: |$)/gm)].map((it) => Number(it[1]));
  }

  /** The connection breaks. */
  lose(): void {
    this.block?.receiver.lost();
    this.closed = true;
    this.session.ended();
  }

  private async step(): Promise<boolean> {
    if (this.block === undefined) {
      const line = this.reader.next();
      if (line === undefined) return false;
      await this.act(await this.session.answer(line));
      return true;
    }
    return this.reader.heldBytes > 0 && (await this.feed());
  }

  private async feed(): Promise<boolean> {
    const { block } = this;
    if (block === undefined) return false;
    const { piece, over } = block.reader.push(this.reader.takeRest());
    if (piece.length > 0) await block.receiver.take(piece);
    if (over === undefined) return true;
    this.reader.push(over.rest);
    this.block = undefined;
    if (over.verdict.kind === "endless") this.lose();
    else await this.act(await block.receiver.end(over.verdict));
    return true;
  }

  private async act(step: Step): Promise<void> {
    if (step.reply !== undefined) this.said += printReply(step.reply);
    if ("receive" in step) {
      this.block = step.receive;
      await this.feed();
    } else if ("secure" in step) {
      this.reader = new LineReader(COMMAND_LINE_BYTES_MAX);
      this.world.secure = true;
      this.world.canSecure = false;
    } else if (step.close === true) {
      this.closed = true;
      this.session.ended();
    }
  }
}
