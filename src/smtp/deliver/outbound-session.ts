// One conversation with another server: it drives the pure client over a wire, sees to the time limits, and keeps every
// word for the story. What is sent where, and what a result means for the queue, is decided elsewhere.

import type { Clock } from "../../base/clock.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { isLoopback } from "../../net/ip-address.ts";
import { SmtpClient } from "../../proto/smtp/client/client.ts";
import type { Job, RecipientResult } from "../../proto/smtp/client/job.ts";
import type { Opened, Plan, Stage } from "../../proto/smtp/client/open.ts";
import {
  type Answer,
  type Ask,
  fromConnection,
  type Heard,
  type Phase,
  phaseMs,
  type Talk,
} from "../../proto/smtp/client/talk.ts";
import type { Body } from "../../spool/spool.ts";
import { beginTls, type Protected } from "./begin-tls.ts";
import type { Connect } from "./connect-remote.ts";
import type { TlsChoice } from "./deliver-settings.ts";
import type { Endpoint } from "./find-endpoints.ts";
import { withoutSecret } from "./hide-secret.ts";
import type { OwnCertificate } from "./own-certificate.ts";
import { RemoteWire } from "./remote-wire.ts";
import { sendText, type TextSent } from "./send-text.ts";

export interface SessionPlan {
  readonly endpoint: Endpoint;
  readonly heloName: string;
  readonly tls: TlsChoice;
  readonly login: { readonly account: string; readonly password: string | undefined } | undefined;
  /** What is shown to a server that asks for it. */
  readonly certificate: OwnCertificate | undefined;
  readonly sourceAddress: string | null;
  readonly connectTimeoutMs: number;
  /** null: what RFC 5321 gives to each. */
  readonly remoteTimeoutMs: number | null;
}

export interface SessionWorld {
  readonly clock: Clock;
  readonly connect: Connect;
  readonly authorities: string | undefined;
  /** Printable, without comma, not to be guessed. */
  nonce(): string;
}

/** What is seen of a conversation, as it happens; secrets are not in it. */
export interface Witness {
  /** With whom it is led from now on. */
  met?(endpoint: Endpoint): void;
  /** TLS has begun; whether a doubt is a hindrance is seen by what comes next. */
  secured?(it: Omit<Protected, "socket">): void;
  said?(line: string): void;
  heard?(heard: Heard): void;
  /** The text of the message begins. */
  sending?(bytes: number): void;
  /** What happened on the connection itself. */
  noted?(words: string): void;
}

export interface SessionTrouble {
  readonly stage: "connect" | Stage;
  readonly heard: Heard;
}

/** RFC 8314 §3.3: TLS begins with the connection. */
const PORT_WITH_TLS = 465;

export class OutboundSession {
  readonly plan: SessionPlan;
  /** "mx1.example.org [192.0.2.1]:25", for people. */
  readonly remote: string;
  messages = 0;
  private readonly world: SessionWorld;
  private witness: Witness;
  private readonly wire: RemoteWire;
  private readonly client: SmtpClient;
  private body: Body | undefined;
  private text: TextSent | undefined;

  private constructor(plan: SessionPlan, world: SessionWorld, witness: Witness, wire: RemoteWire) {
    this.plan = plan;
    this.remote = remoteText(plan.endpoint);
    this.world = world;
    this.witness = witness;
    this.wire = wire;
    this.client = new SmtpClient(clientPlan(plan, world));
  }

  static async open(
    plan: SessionPlan,
    world: SessionWorld,
    witness: Witness = {},
  ): Promise<Result<OutboundSession, SessionTrouble>> {
    const { endpoint, sourceAddress, connectTimeoutMs: timeoutMs } = plan;
    witness.met?.(endpoint);
    const socket = await world.connect(endpoint, { clock: world.clock, timeoutMs, sourceAddress });
    if (!socket.ok) return bad({ stage: "connect", heard: fromConnection(socket.error) });
    const session = new OutboundSession(plan, world, witness, new RemoteWire(socket.value, world.clock));
    const trouble = beginsWithTls(plan) ? await session.secure() : undefined;
    if (trouble !== undefined) return bad({ stage: "secure", heard: fromConnection(trouble) });
    const opened: Opened = await session.play(session.client.open());
    if (opened.is === "open") return good(session);
    await session.quit();
    return bad({ stage: opened.stage, heard: opened.heard });
  }

  /** From here on somebody else looks on. */
  watch(witness: Witness): void {
    this.witness = witness;
    witness.met?.(this.plan.endpoint);
  }

  /** Another message may be handed over. */
  get takesMore(): boolean {
    return this.client.takesMore && !this.wire.isOver;
  }

  /** The text of the message has begun: whoever breaks off now may double it. */
  get isInText(): boolean {
    return this.body !== undefined && this.reachedText;
  }

  /** The last message got as far as its text; what failed before that says something of the server. */
  get reachedText(): boolean {
    return this.text !== undefined;
  }

  async deliver(job: Job, body: Body): Promise<readonly RecipientResult[]> {
    this.body = body;
    this.text = undefined;
    this.messages++;
    const results = await this.play(this.client.deliver(job));
    this.body = undefined;
    // What was not sent to its end cannot have been taken, which the conversation itself does not know.
    return this.text === "all" ? results : results.map(certain);
  }

  /** Whether the message would be taken: its text stays here, and only `quit` may follow. */
  async probe(job: Job): Promise<Heard> {
    return await this.play(this.client.probe(job));
  }

  /** Says goodbye where that is possible, and closes. */
  async quit(): Promise<void> {
    if (!this.wire.isOver) await this.play(this.client.quit());
    this.wire.end("The connection was closed");
  }

  /** At once, whatever is under way. */
  abandon(because: string): void {
    this.wire.end(because);
  }

  private async play<T>(talk: Talk<T>): Promise<T> {
    let step = talk.next(undefined);
    while (step.done !== true) step = talk.next(await this.perform(step.value));
    return step.value;
  }

  private async perform(ask: Ask): Promise<Answer> {
    switch (ask.is) {
      case "say":
        for (const line of ask.shown.split("\r\n")) this.witness.said?.(line);
        await this.wire.write(ask.text, this.limit("text"));
        return undefined;
      case "hear": {
        const heard = withoutSecret(await this.wire.hear(this.limit(ask.phase)), this.plan.login);
        this.witness.heard?.(heard);
        return heard;
      }
      case "secure":
        return await this.secure();
      case "text":
        await this.sendBody(ask.form);
        return undefined;
      default:
        return ask satisfies never;
    }
  }

  private async secure(): Promise<string | undefined> {
    const { clock, authorities } = this.world;
    const { tls, endpoint, certificate: own } = this.plan;
    const { host } = endpoint;
    return await this.wire.secure(async (plain) => {
      const begun = await beginTls(plain, { clock, timeoutMs: this.limit("secure"), host, authorities, own });
      if (!begun.ok) return begun.error;
      const { socket, protocol, cipher, doubt } = begun.value;
      this.witness.secured?.({ protocol, cipher, doubt });
      if (doubt !== undefined && tls === "verified") {
        socket.destroy();
        return `The server cannot prove that it is ${host}: ${doubt}`;
      }
      return socket;
    });
  }

  private async sendBody(form: "dotted" | "raw"): Promise<void> {
    const { body } = this;
    if (body === undefined) throw new Error("a text without a message");
    this.text = "broken";
    this.witness.sending?.(body.sizeBytes);
    this.text = await sendText(this.wire, body, form, this.limit("text"));
    if (this.text === "unreadable") this.wire.end("The message could not be read from the spool");
    if (this.text === "answered-early")
      this.wire.endUnlessRefused("The server said yes before it had the whole message");
  }

  private limit(phase: Phase): number {
    return Math.min(phaseMs[phase], this.plan.remoteTimeoutMs ?? Number.POSITIVE_INFINITY);
  }
}

export const remoteText = ({ host, address, port }: Endpoint): string =>
  host === address ? `[${address}]:${port}` : `${host} [${address}]:${port}`;

const beginsWithTls = ({ endpoint, tls }: SessionPlan): boolean => endpoint.port === PORT_WITH_TLS && tls !== "off";

const certain = (it: RecipientResult): RecipientResult => (it.is === "deferred" ? { ...it, maybeTaken: false } : it);

const clientPlan = (plan: SessionPlan, world: SessionWorld): Plan => ({
  name: plan.heloName,
  plainHello: false,
  tls: beginsWithTls(plan) ? "begun" : clientTls[plan.tls],
  credentials: plan.login && { ...plan.login, nonce: world.nonce(), inClear: isLoopback(plan.endpoint.address) },
});

const clientTls = { off: "never", opportunistic: "when-offered", required: "required", verified: "required" } as const;
