// Sends one test message, or only asks whether it would be taken, as the deliverer would: by the same ways, with the same
// words and secrets. It does so at once, without the queue, and tells every step.
import { isAscii } from "node:buffer";
import type { Clock } from "../../base/clock.ts";
import { sentence } from "../../base/fault.ts";
import { localOffsetMinutes } from "../../base/local-time.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { printMailbox } from "../../proto/smtp/address.ts";
import { fromConnection } from "../../proto/smtp/client/talk.ts";
import type { TrialEnd, TrialHappening, TrialQuestion, TrialStep } from "../../proto/smtp/trial.ts";
import { bodyInMemory } from "../../spool/mail-spool.ts";
import type { Envelope, Recipient } from "../../spool/message.ts";
import type { Leg } from "../deliver/choose-route.ts";
import type { Connect } from "../deliver/connect-remote.ts";
import { askWhether, handOver } from "../deliver/hand-over.ts";
import { printMailHost } from "../deliver/mail-host.ts";
import { type OpenWay, openWay, type WayWorld } from "../deliver/open-way.ts";
import { outboundLog } from "../deliver/outbound-log.ts";
import type { Witness } from "../deliver/outbound-session.ts";
import { ownCertificate } from "../deliver/own-certificate.ts";
import type { Way } from "../deliver/policy.ts";
import { type Fate, troubleFate } from "../deliver/settle.ts";
import type { MailSite } from "../mail-site.ts";
import { type Ended, endOf } from "./end-of-trial.ts";
import { planTrial } from "./plan-trial.ts";
import { trialMessage } from "./trial-message.ts";
import { TrialWitness } from "./trial-witness.ts";

export interface TrialWorld {
  readonly clock: Clock;
  readonly way: WayWorld;
  /** What logs call the message. */
  readonly id: string;
  tell(step: TrialStep): void;
  /** Nobody waits for it any more. */
  readonly gone: AbortSignal;
}

/** The error says what of the question makes no sense. */
export async function runTrial(
  question: TrialQuestion,
  site: MailSite,
  { clock, way, id, tell, gone }: TrialWorld,
): Promise<Result<TrialEnd, string>> {
  const planned = planTrial(question, site);
  if (!planned.ok) return planned;
  const { sender, recipient, legs, because } = planned.value;
  const from = sender ?? { local: "postmaster", domain: site.domains.defaultDomain };
  const nowMs = clock.wallMs();
  const facts = { id, atMs: nowMs, offsetMinutes: localOffsetMinutes(nowMs), subject: question.subject };
  const text = trialMessage({ host: site.hostName, site: site.name, from, to: recipient, ...facts });
  const message: Message = { envelope: envelopeOf(sender === null ? "" : printMailbox(sender), text), text };
  const to = recipientOf(printMailbox(recipient));

  const steps = timed(clock, tell);
  const witness = new TrialWitness(steps);
  const seen = both(witness, outboundLog(site.log, clock, id));
  const world: WayWorld = {
    ...way,
    connect: whileAwaited(way.connect, gone),
    resolverFor: (servers) => witness.watched(way.resolverFor(servers)),
  };
  steps({ step: "message", from: message.envelope.sender, to: to.address, id });
  for (const it of site.faults) steps({ step: "note", words: sentence(it) });
  let end: TrialEnd | undefined;
  for (const [index, leg] of legs.entries()) {
    steps(wayStep(leg, index === 0 ? because : "nobody could be reached by the way before"));
    for (const it of certificateSteps(leg.way, world)) steps(it);
    const ended = await goBy(leg, { question, site, world, seen, message, to });
    end = endOf(ended, witness, site);
    if (ended.is !== "no way" || gone.aborted) break;
  }
  if (end === undefined) throw new Error("a test without a way");
  return good(end);
}

interface Message {
  readonly envelope: Envelope;
  readonly text: Buffer;
}

interface Going {
  readonly question: TrialQuestion;
  readonly site: MailSite;
  readonly world: WayWorld;
  readonly seen: Witness;
  readonly message: Message;
  readonly to: Recipient;
}

async function goBy(leg: Leg, going: Going): Promise<Ended> {
  const { site, world, seen, question } = going;
  const opened = await openWay([leg], site.policy, world, seen);
  if (!opened.ok) return { is: "no way", why: opened.error };
  const { session, way } = opened.value;
  const fate = await (question.send ? send(opened.value, going) : ask(opened.value, going));
  await session.quit();
  return { is: question.send ? "sent" : "asked", way, remote: session.remote, fate };
}

async function send({ session, way }: OpenWay, { message, to }: Going): Promise<Fate> {
  const fates = await handOver(session, way, message.envelope, [to], bodyInMemory(message.text), new Map());
  // A connection that was over before the first word about the message.
  return fates.get(to) ?? troubleFate(fromConnection("The server closed the connection"));
}

const ask = ({ session, way }: OpenWay, { message, to }: Going): Promise<Fate> =>
  askWhether(session, way, message.envelope, to, bodyInMemory(message.text));

function wayStep({ way, to }: Leg, because: string): TrialHappening {
  const hosts = to.is === "hosts" ? to.hosts.map(printMailHost).join(", ") : null;
  return { step: "way", way: way.name, because, hosts, tls: way.tls, login: way.login?.account ?? null };
}

/** What is shown to the hosts, or why it cannot be. */
function certificateSteps({ certificate }: Way, { certificates, clock }: WayWorld): readonly TrialHappening[] {
  const own = ownCertificate(certificate, certificates, clock.wallMs());
  if (!own.ok) return [{ step: "note", words: own.error }];
  if (own.value === undefined) return [];
  const { name, names, fingerprint, notAfterMs } = own.value;
  return [{ step: "certificate", name, names, fingerprint, notAfterMs }];
}

function envelopeOf(sender: string, text: Buffer): Envelope {
  // RFC 6531 §3.2: addresses in other letters stand in the header too.
  const smtpUtf8 = !isAscii(text);
  return { sender, ret: null, envid: null, smtpUtf8, bodyKind: smtpUtf8 ? "8bitmime" : "7bit" };
}

const recipientOf = (address: string): Recipient => ({
  index: 0,
  address,
  destination: "",
  status: "claimed",
  dueMs: 0,
  attempts: 0,
  reply: "",
  notify: null,
  orcpt: null,
  delayTold: false,
  uncertain: false,
});

/** Each step with the time since the one before. */
function timed(clock: Clock, tell: (step: TrialStep) => void): (it: TrialHappening) => void {
  let lastMs = clock.steadyMs();
  return (it) => {
    const nowMs = clock.steadyMs();
    tell({ ...it, tookMs: Math.round(nowMs - lastMs) });
    lastMs = nowMs;
  };
}

const both = (one: Witness, other: Witness): Witness => ({
  met(it) {
    one.met?.(it);
    other.met?.(it);
  },
  secured(it) {
    one.secured?.(it);
    other.secured?.(it);
  },
  said(line) {
    one.said?.(line);
    other.said?.(line);
  },
  heard(heard) {
    one.heard?.(heard);
    other.heard?.(heard);
  },
  sending(bytes) {
    one.sending?.(bytes);
    other.sending?.(bytes);
  },
  noted(words) {
    one.noted?.(words);
    other.noted?.(words);
  },
});

/** Connections end, and none is begun, when nobody waits any more. */
const whileAwaited =
  (connect: Connect, gone: AbortSignal): Connect =>
  async (to, options) => {
    if (gone.aborted) return bad("Nobody waits for the answer any more");
    const socket = await connect(to, options);
    if (!socket.ok) return socket;
    const end = (): void => void socket.value.destroy();
    gone.addEventListener("abort", end);
    socket.value.once("close", () => gone.removeEventListener("abort", end));
    if (gone.aborted) end();
    return socket;
  };
