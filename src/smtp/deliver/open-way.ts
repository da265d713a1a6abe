// Finds somebody to hand a message to: the legs of its way in turn, the hosts of each, and their addresses, until one
// opens a conversation. What came of all of them is one answer, and whether waiting can change it.

import { bad, good, type Result } from "../../base/result.ts";
import type { CertificateEntries } from "../../certificate/certificate-book.ts";
import { fromConnection, type Heard, ours } from "../../proto/smtp/client/talk.ts";
import { outcomeOf, say } from "../../proto/smtp/reply.ts";
import type { Leg } from "./choose-route.ts";
import { type Endpoint, findEndpoints, type Surroundings } from "./find-endpoints.ts";
import {
  OutboundSession,
  remoteText,
  type SessionPlan,
  type SessionTrouble,
  type SessionWorld,
  type Witness,
} from "./outbound-session.ts";
import { type OwnCertificate, ownCertificate } from "./own-certificate.ts";
import type { DeliveryPolicy, Way } from "./policy.ts";
import type { Resolver } from "./resolver.ts";
import { type Fate, troubleFate } from "./settle.ts";

export interface WayWorld extends SessionWorld {
  readonly certificates: CertificateEntries;
  /** By the name servers of a site. */
  resolverFor(servers: DeliveryPolicy["nameServers"]): Resolver;
  readonly surroundings: Omit<Surroundings, "port" | "resolver">;
}

export interface OpenWay {
  readonly session: OutboundSession;
  readonly way: Way;
}

export interface NoWay {
  /** Who said so, as the story names it; "" where nobody was asked. */
  readonly remote: string;
  readonly stage: SessionTrouble["stage"] | "certificate" | "lookup";
  readonly way: Way;
  readonly fate: Fate & { readonly is: "trouble" };
}

export async function openWay(
  legs: readonly Leg[],
  policy: DeliveryPolicy,
  world: WayWorld,
  witness: Witness = {},
): Promise<Result<OpenWay, NoWay>> {
  let last: NoWay | undefined;
  for (const leg of legs) {
    const opened = await openLeg(leg, policy, world, witness);
    if (opened.ok) return opened;
    last = opened.error;
  }
  if (last === undefined) throw new Error("a way without a leg");
  return bad(last);
}

async function openLeg(
  leg: Leg,
  policy: DeliveryPolicy,
  world: WayWorld,
  witness: Witness,
): Promise<Result<OpenWay, NoWay>> {
  const { way } = leg;
  const own = ownCertificate(way.certificate, world.certificates, world.clock.wallMs());
  if (!own.ok) return bad({ remote: "", stage: "certificate", way, fate: troubleOf(ours(454, "4.7.0", own.error)) });
  const resolver = world.resolverFor(policy.nameServers);
  const found = await findEndpoints(leg, { ...world.surroundings, resolver, port: policy.remotePort });
  if (!found.ok) {
    const heard: Heard = { from: "connection", reply: found.error };
    return bad({ remote: "", stage: "lookup", way, fate: troubleOf(heard) });
  }
  let last: NoWay | undefined;
  for (const endpoint of found.value) {
    const opened = await openEndpoint(sessionPlan(endpoint, way, own.value, policy), world, witness);
    if (opened.ok) return good({ session: opened.value, way });
    const { stage, heard } = opened.error;
    const isFinal = way.hosts === undefined && heard.from === "server" && (stage === "greeting" || stage === "hello");
    witness.noted?.(heard.reply.lines.join(" "));
    last = { remote: remoteText(endpoint), stage, way, fate: isFinal ? troubleOf(heard) : passing(heard) };
  }
  return bad(last ?? { remote: "", stage: "lookup", way, fate: passing(fromConnection("No host is set")) });
}

async function openEndpoint(
  plan: SessionPlan,
  world: WayWorld,
  witness: Witness,
): Promise<Result<OutboundSession, SessionTrouble>> {
  const opened = await OutboundSession.open(plan, world, witness);
  if (opened.ok || opened.error.stage !== "secure" || plan.tls !== "opportunistic" || plan.login !== undefined)
    return opened;
  // RFC 7435 §3: who takes TLS only where it works goes on without it where it does not.
  witness.noted?.(`${opened.error.heard.reply.lines.join(" ")}; trying without TLS`);
  return await OutboundSession.open({ ...plan, tls: "off" }, world, witness);
}

const sessionPlan = (
  endpoint: Endpoint,
  way: Way,
  certificate: OwnCertificate | undefined,
  policy: DeliveryPolicy,
): SessionPlan => ({
  endpoint,
  heloName: policy.heloName,
  tls: way.tls,
  login: way.login,
  certificate,
  sourceAddress: policy.sourceAddress,
  connectTimeoutMs: policy.connectTimeoutMs,
  remoteTimeoutMs: policy.remoteTimeoutMs,
});

const troubleOf = (heard: Heard) => troubleFate(heard) as NoWay["fate"];

/** Somebody will set it right: a host that does not know us, a password, a certificate. Mail waits for that. */
function passing(heard: Heard): NoWay["fate"] {
  const fate = troubleOf(heard);
  if (outcomeOf(fate.reply) !== "never") return fate;
  const enhanced = fate.reply.enhanced?.replace(/^5/, "4") ?? "4.4.0";
  return { ...fate, reply: say(451, enhanced, ...fate.reply.lines) };
}
