// What a session asks of the world, on one connection of a site: who logs in, whether a recipient is taken, and where its
// messages go. It keeps who has logged in and which recipients were taken; all else is of the site.

import type { From, Login, Welcome } from "../../account/login.ts";
import { offeredMechanisms } from "../../account/sasl/exchange.ts";
import type { Clock } from "../../base/clock.ts";
import { about, type Fault } from "../../base/fault.ts";
import type { Result } from "../../base/result.ts";
import { type Report, traced } from "../../event/event.ts";
import type { Connection } from "../../net/connection.ts";
import type { SiteMetrics } from "../../net/metrics/site-metrics.ts";
import { printMailbox } from "../../proto/smtp/address.ts";
import { protocolName, type Received } from "../../proto/smtp/message/received.ts";
import type { ReversePath } from "../../proto/smtp/path.ts";
import type { Reply } from "../../proto/smtp/reply.ts";
import type { Content, Decision, Envelope, LoginStep, Ports, Recipient } from "../../proto/smtp/server/ports.ts";
import { replies } from "../../proto/smtp/server/replies.ts";
import type { MailSpool } from "../../spool/spool.ts";
import { smtpEvents } from "../events.ts";
import { shownHeader, shownSender } from "../house-domain.ts";
import type { MailSite } from "../mail-site.ts";
import { mailCells } from "../metrics.ts";
import { waitingPlace } from "../waiting-place.ts";
import { changedHeader } from "./header-changes.ts";
import { beginLogin } from "./login-steps.ts";
import { type IntakeOutcome, MessageIntake } from "./message-intake.ts";
import { type AcceptedRecipient, newMessage } from "./new-message.ts";
import { decideRelay } from "./relay-decision.ts";
import type { Relaying, Submitter } from "./relay-policy.ts";
import { certificateKey } from "./relay-rule.ts";

/** What all sessions of a site share. */
export interface AcceptWorld {
  readonly site: MailSite;
  /** Or why there is none. */
  readonly spool: Result<MailSpool, Fault>;
  readonly login: Login;
  readonly clock: Pick<Clock, "wallMs">;
  readonly report: Report;
  readonly metrics: SiteMetrics;
}

interface Taken extends AcceptedRecipient {
  readonly submitted: boolean;
  readonly because: () => string;
}

export class SitePorts implements Ports {
  user: Welcome | undefined;
  private readonly world: AcceptWorld;
  private readonly connection: Connection;
  private certificateAsked = false;
  /** Of the message that is under way, as the session has them in its envelope. */
  private taken: Taken[] = [];

  constructor(world: AcceptWorld, connection: Connection) {
    this.world = world;
    this.connection = connection;
  }

  get secure(): boolean {
    return this.connection.secured !== undefined;
  }

  get canSecure(): boolean {
    return this.connection.canSecure;
  }

  get mechanisms(): readonly string[] {
    return offeredMechanisms(this.world.login, this.from);
  }

  /** RFC 3207 §4.2 done: who logged in before the handshake has not logged in. */
  secured(): void {
    this.user = undefined;
    this.certificateAsked = false;
  }

  login(mechanism: string, initial: string | undefined): Promise<LoginStep> {
    const welcomed = (welcome: Welcome): void => {
      this.user = welcome;
    };
    return beginLogin(mechanism, initial, { login: this.world.login, from: this.from, welcomed });
  }

  async sender(_: Envelope): Promise<Decision> {
    const { site, spool } = this.world;
    this.taken = [];
    await this.askCertificate();
    if (site.values.requireLogin && this.user === undefined) return replies.loginFirst;
    if (!spool.ok) return replies.trouble;
    return spool.value.room().accepting ? "accepted" : replies.noSpace;
  }

  recipient(recipient: Recipient, { sender }: Envelope): Decision {
    const { decision, because } = decideRelay(this.relaying(sender, recipient), this.world.site.relay);
    if (!decision.accepted) {
      this.world.metrics.add(mailCells.recipientsRefused);
      return decision.reply;
    }
    const destination = waitingPlace(this.world.site, {
      sender: shownSender(this.world.site, sender),
      recipient: recipient.mailbox,
    });
    this.taken.push({ recipient, destination, submitted: decision.submitted, because });
    return "accepted";
  }

  begin(envelope: Envelope): Content | Reply {
    const { site, spool } = this.world;
    if (!spool.ok) return replies.trouble;
    const incoming = spool.value.receive();
    const taken = this.taken;
    const received = this.received(envelope, incoming.id);
    const submitted = this.user !== undefined || taken.some((it) => it.submitted);
    return new MessageIntake({
      incoming,
      hopsMax: site.values.hopsMax,
      header: (header) => changedHeader(shownHeader(site, header), { received, submitted }),
      message: (header, { eightBit }) =>
        newMessage(
          {
            sender: shownSender(site, envelope.sender),
            parameters: envelope.parameters,
            recipients: taken,
            source: this.source(),
            facts: this.facts(envelope, taken),
            eightBit,
          },
          header,
        ),
      ended: (outcome) => this.tell(outcome, envelope),
    });
  }

  turnQueue(): Reply {
    return replies.noQueues;
  }

  private get from(): From {
    const { peer, secured, trace } = this.connection;
    return { address: peer.address, secure: secured !== undefined, trace };
  }

  private get certificateNames(): readonly string[] {
    const { clientName, clientFingerprint } = this.connection.secured ?? {};
    return [clientName, clientFingerprint].flatMap((it) => (it === undefined ? [] : [it]));
  }

  /** Once: a certificate that stands for an account logs it in, unless a rule names the certificate itself. */
  private async askCertificate(): Promise<void> {
    const names = this.certificateNames;
    if (this.certificateAsked || this.user !== undefined || names.length === 0) return;
    this.certificateAsked = true;
    const keys = names.map(certificateKey);
    const { rules } = this.world.site.relay;
    if (rules.some(({ rule: { who } }) => who.is === "certificate" && (who.name === "*" || keys.includes(who.name))))
      return;
    const verdict = await this.world.login.verify({ by: "certificate", names: keys }, this.from);
    if (verdict.is === "welcome") this.user = verdict;
  }

  private relaying(sender: ReversePath, { mailbox }: Recipient): Relaying {
    return { submitter: this.submitter(), sender, recipient: mailbox };
  }

  private submitter(): Submitter {
    const { user, certificateNames } = this;
    const account =
      user === undefined ? undefined : { name: user.account, groups: user.groups, mayRelay: user.may("relay") };
    return { address: this.connection.peer.address, account, certificateNames };
  }

  private received({ hello, parameters, recipients }: Envelope, id: string): Received {
    const { peer, secured } = this.connection;
    const [only] = recipients;
    return {
      from: { kind: "peer", helo: hello.name ?? "", address: peer.address },
      by: this.world.site.hostName,
      protocol: {
        extended: hello.extended,
        secure: this.secure,
        authenticated: this.user !== undefined,
        utf8: parameters.smtpUtf8,
      },
      ...(secured === undefined ? {} : { cipher: `${secured.protocol} ${secured.cipher}` }),
      id,
      ...(recipients.length === 1 && only !== undefined ? { recipient: printMailbox(only.mailbox) } : {}),
      atMs: this.world.clock.wallMs(),
    };
  }

  private source() {
    const { peer, trace } = this.connection;
    const account = this.user?.account ?? null;
    return { site: this.world.site.path, by: "smtp", client: peer.address, account, trace } as const;
  }

  /** What is worth knowing when somebody asks how it got in. */
  private facts({ hello }: Envelope, taken: readonly Taken[]) {
    const { secured } = this.connection;
    return {
      hello: hello.name ?? "",
      protocol: protocolName({
        extended: hello.extended,
        secure: this.secure,
        authenticated: this.user !== undefined,
        utf8: false,
      }),
      cipher: secured === undefined ? null : `${secured.protocol} ${secured.cipher}`,
      accepted: taken[0]?.because() ?? "",
    };
  }

  private tell(outcome: IntakeOutcome, { sender }: Envelope): void {
    const { metrics, report, site } = this.world;
    switch (outcome.is) {
      case "accepted":
        metrics.add(mailCells.messages.accepted);
        metrics.add(mailCells.messageBytes, outcome.bytes);
        return metrics.add(mailCells.recipients, outcome.message.recipients.length);
      case "loop":
        metrics.add(mailCells.messages.refused);
        return traced(report, this.connection.trace)(smtpEvents.messageLoops, about("site", site.path), {
          hops: outcome.hops,
          address: this.connection.peer.address,
          sender: sender === null ? "<>" : printMailbox(sender),
        });
      case "header":
        return metrics.add(mailCells.messages.refused);
      case "trouble":
        return metrics.add(mailCells.messages.failed);
      case "dropped":
        return metrics.add(mailCells.messages.dropped);
      default:
        return outcome satisfies never;
    }
  }
}
