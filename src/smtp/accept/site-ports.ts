// What a session asks of the world, on one connection of a site: who logs in, whether a recipient is taken, and where its
// messages go. It keeps who has logged in and which recipients were taken; all else is of the site.
import type { From, Login, Welcome } from "../../account/login.ts";
import { offeredMechanisms } from "../../account/sasl/exchange.ts";
import type { Clock } from "../../base/clock.ts";
import type { Fault } from "../../base/fault.ts";
import type { Result } from "../../base/result.ts";
import { type Report, traced } from "../../event/event.ts";
import type { Connection } from "../../net/connection.ts";
import type { SiteMetrics } from "../../net/metrics/site-metrics.ts";
import type { Reply } from "../../proto/smtp/reply.ts";
import type { Content, Decision, Envelope, LoginStep, Ports, Recipient } from "../../proto/smtp/server/ports.ts";
import { replies } from "../../proto/smtp/server/replies.ts";
import type { MailSpool } from "../../spool/spool.ts";
import { shownHeader, shownSender } from "../house-domain.ts";
import type { MailSite } from "../mail-site.ts";
import { mailCells } from "../metrics.ts";
import { waitingPlace } from "../waiting-place.ts";
import { changedHeader } from "./header-changes.ts";
import { beginLogin } from "./login-steps.ts";
import { MessageIntake } from "./message-intake.ts";
import { type AcceptedRecipient, newMessage } from "./new-message.ts";
import { decideRelay } from "./relay-decision.ts";
import type { Submitter } from "./relay-policy.ts";
import { certificateKey } from "./relay-rule.ts";
import { tellIntake } from "./tell-intake.ts";
import { factsOf, receivedOf, sourceOf } from "./told-of-mail.ts";
import { turnQueue } from "./turn-queue.ts";

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
  /** Whoever hands it over is one of ours. */
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

  /** RFC 3207 §4.2: who logged in before the handshake has not logged in. */
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

  async sender(): Promise<Decision> {
    const { site, spool } = this.world;
    this.taken = [];
    await this.askCertificate();
    if (site.values.requireLogin && this.user === undefined) return replies.loginFirst;
    if (!spool.ok) return replies.trouble;
    return spool.value.room().accepting ? "accepted" : replies.noSpace;
  }

  recipient(recipient: Recipient, { sender }: Envelope): Decision {
    const { site, metrics } = this.world;
    const { mailbox } = recipient;
    const relaying = { submitter: this.submitter, sender, recipient: mailbox };
    const { decision, because } = decideRelay(relaying, site.relay);
    if (!decision.accepted) {
      metrics.add(mailCells.recipientsRefused);
      return decision.reply;
    }
    const destination = waitingPlace(site, { sender: shownSender(site, sender), recipient: mailbox });
    this.taken.push({ recipient, destination, submitted: decision.submitted, because });
    return "accepted";
  }

  begin(envelope: Envelope): Content | Reply {
    const { site, spool, clock, metrics, report } = this.world;
    if (!spool.ok) return replies.trouble;
    const { connection, user, taken } = this;
    const incoming = spool.value.receive();
    const bringing = { site, connection, envelope, account: user?.account };
    const received = receivedOf(bringing, incoming.id, clock.wallMs());
    const submitted = user !== undefined || taken.some((it) => it.submitted);
    const sender = shownSender(site, envelope.sender);
    const mail = { sender, parameters: envelope.parameters, recipients: taken, source: sourceOf(bringing) };
    const told = { site: site.path, address: connection.peer.address, sender };
    return new MessageIntake({
      incoming,
      hopsMax: site.values.hopsMax,
      header: (header) => changedHeader(shownHeader(site, header), { received, submitted }),
      message: (header, { eightBit }) =>
        newMessage({ ...mail, facts: factsOf(bringing, taken[0]?.because() ?? ""), eightBit }, header),
      ended: (outcome) => tellIntake(outcome, told, metrics, traced(report, connection.trace)),
    });
  }

  async turnQueue(node: string): Promise<Reply> {
    const { spool, site, clock } = this.world;
    if (!spool.ok) return replies.trouble;
    return turnQueue(node, { spool: spool.value, domains: site.domains, clock, address: this.connection.peer.address });
  }

  private get from(): From {
    const { peer, secured, trace } = this.connection;
    return { address: peer.address, secure: secured !== undefined, trace };
  }

  private get submitter(): Submitter {
    const { user, certificateNames, connection } = this;
    const account =
      user === undefined ? undefined : { name: user.account, groups: user.groups, mayRelay: user.may("relay") };
    return { address: connection.peer.address, account, certificateNames };
  }

  private get certificateNames(): readonly string[] {
    const { clientName, clientFingerprint } = this.connection.secured ?? {};
    return [clientName, clientFingerprint].filter((it) => it !== undefined);
  }

  /** Once: a certificate that stands for an account logs it in, unless a rule names the certificate itself. */
  private async askCertificate(): Promise<void> {
    const names = this.certificateNames.map(certificateKey);
    if (this.certificateAsked || this.user !== undefined || names.length === 0) return;
    this.certificateAsked = true;
    const { login, site } = this.world;
    if (site.relay.rules.some((it) => it.names(names))) return;
    const verdict = await login.verify({ by: "certificate", names }, this.from);
    if (verdict.is === "welcome") this.user = verdict;
  }
}
