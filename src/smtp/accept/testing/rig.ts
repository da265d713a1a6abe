// A mail site in memory for tests: settings as people write them, a spool that forgets, and sessions that are spoken to
// line by line. No socket; who connects, and what the spool does, is for the test to say.
import type { Login } from "../../../account/login.ts";
import { fakeLogin } from "../../../account/testing/fake-login.ts";
import { ManualClock, seeded } from "../../../base/clock.ts";
import { about, fault } from "../../../base/fault.ts";
import type { Json, JsonObject } from "../../../base/json.ts";
import { LineReader } from "../../../base/line-reader.ts";
import { bad, expectGood, good } from "../../../base/result.ts";
import { reporter } from "../../../event/event.ts";
import { noAccessLog } from "../../../net/access-log/access-log.ts";
import type { Connection } from "../../../net/connection.ts";
import { type Answer, type IncomingBlock, usualLimits } from "../../../net/line/line-dialogue.ts";
import { SiteMetrics } from "../../../net/metrics/site-metrics.ts";
import { fakeConnection } from "../../../net/testing/fake-connection.ts";
import { TraceSource } from "../../../net/trace-id.ts";
import { decodeOwn } from "../../../schema/decode.ts";
import { valuesOf } from "../../../schema/resolve.ts";
import type { Section, Values } from "../../../schema/section.ts";
import { memorySpool } from "../../../spool/memory-spool.ts";
import type { MailSpool, Room } from "../../../spool/spool.ts";
import { type MailSite, mailSite } from "../../mail-site.ts";
import { mailMetrics } from "../../metrics.ts";
import { smtpSite } from "../../settings.ts";
import { domainSection } from "../domain-section.ts";
import { dialogueWorld, MailDialogue } from "../mail-dialogue.ts";

/** 27 November 2026, 12:40:09 UTC. */
const NOON_MS = Date.UTC(2026, 10, 27, 12, 40, 9);

export interface SiteWords {
  readonly settings?: JsonObject;
  readonly domains?: Readonly<Record<string, JsonObject>>;
}

/** mail.example, whose default domain is example.org. */
export function siteFrom({ settings = {}, domains = {} }: SiteWords = {}): MailSite {
  const named = { fullyQualifiedName: "mail.example", defaultDomain: "example.org", ...settings };
  const values = decoded(smtpSite, named);
  const written = Object.entries(domains).map(([name, own]) => [name, snapshot(own)] as const);
  const below = { domains: Object.fromEntries(written) };
  return mailSite(
    {
      name: "default",
      path: "smtp/sites/default",
      values,
      below,
      secret: () => undefined,
      log: noAccessLog,
    },
    "machine",
  );
}

const snapshot = (own: JsonObject): JsonObject => ({
  settings: { ...writtenDefaults(domainSection), ...own },
  collections: {},
});

const writtenDefaults = ({ settings }: Section): Readonly<Record<string, Json>> =>
  Object.fromEntries(Object.entries(settings).map(([key, it]) => [key, it.fallback]));

function decoded<S extends Section>(section: S, given: JsonObject): Values<S> {
  const { own, problems } = decodeOwn(section, given, "site");
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return valuesOf(section, [{ path: "site", section, own }]);
}

export interface RigOptions extends SiteWords {
  readonly login?: Login;
  readonly room?: () => Room;
  /** In place of a spool in memory; null for one that could not be opened. */
  readonly spool?: MailSpool | null;
}

export class Rig {
  readonly clock = new ManualClock(NOON_MS);
  readonly site: MailSite;
  readonly spool: MailSpool;
  readonly events: number[] = [];
  readonly metrics = new SiteMetrics("default", mailMetrics.end, () => {});
  private readonly options: RigOptions;

  constructor(options: RigOptions = {}) {
    this.options = options;
    this.site = siteFrom(options);
    const names = new TraceSource(this.clock, seeded(1));
    const room = options.room === undefined ? {} : { room: options.room };
    this.spool = options.spool ?? memorySpool({ clock: this.clock, names, ...room });
  }

  session(more: Partial<Connection> = {}): Talk {
    const { site, spool, clock, metrics } = this;
    const missing = fault(about("file", "spool"), "Cannot open the mail spool", "the disk is gone", "Bring it back");
    const world = {
      site,
      spool: this.options.spool === null ? bad(missing) : good(spool),
      login: this.options.login ?? fakeLogin(),
      clock,
      report: reporter(
        "smtp",
        () => clock.wallMs(),
        ({ number }) => this.events.push(number),
      ),
      metrics,
    };
    return new Talk(new MailDialogue(dialogueWorld(world, usualLimits), fakeConnection(more)));
  }

  /** Of all recipients in the queue. */
  async queued() {
    return expectGood(await this.spool.find({}, { limit: 10_000 }));
  }

  /** As it lies in the spool. */
  async text(id: string): Promise<string> {
    const body = expectGood(await this.spool.body(id));
    if (body === null) throw new Error(`no message ${id}`);
    const bytes = expectGood(await body.read(0, body.sizeBytes));
    await body.close();
    return Buffer.from(bytes).toString("latin1");
  }
}

/** What a line session does with a dialogue, without its socket. */
export class Talk {
  readonly dialogue: MailDialogue;
  closed = false;
  private reader = new LineReader(100_000);
  private block: IncomingBlock | undefined;
  private said = "";

  constructor(dialogue: MailDialogue) {
    this.dialogue = dialogue;
  }

  /** One line or many; what came back since the last time. */
  say(...lines: readonly string[]): Promise<string> {
    return this.send(Buffer.from(lines.map((it) => `${it}\r\n`).join("")));
  }

  async send(bytes: Buffer): Promise<string> {
    this.reader.push(bytes);
    while (!this.closed && (await this.step()));
    const { said } = this;
    this.said = "";
    return said;
  }

  private async step(): Promise<boolean> {
    if (this.block === undefined) {
      const line = this.reader.next();
      if (line === undefined) return false;
      await this.act(await this.dialogue.answer(line));
      return true;
    }
    if (this.reader.heldBytes === 0) return false;
    await this.feed(this.block);
    return true;
  }

  private async feed({ reader, receiver }: IncomingBlock): Promise<void> {
    const { piece, over } = reader.push(this.reader.takeRest());
    if (piece.length > 0) await receiver.take(piece);
    if (over === undefined) return;
    this.reader.push(over.rest);
    this.block = undefined;
    if (over.verdict.kind === "endless") {
      receiver.lost();
      this.closed = true;
    } else await this.act(await receiver.end(over.verdict));
  }

  private async act(answer: Answer): Promise<void> {
    this.said += answer.reply;
    if ("receive" in answer) {
      this.block = answer.receive;
      await this.feed(this.block);
    } else if ("close" in answer && answer.close === true) {
      this.closed = true;
      this.dialogue.ended();
    }
  }
}
