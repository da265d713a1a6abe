// What is wrong with a certificate and its key, as a client will see it. Says what is so; what follows from it is for
// whoever asks.

import { X509Certificate } from "node:crypto";
import { createSecureContext, rootCertificates } from "node:tls";
import { covers } from "./host-match.ts";
import { chainText, keyText, type Pair } from "./pair.ts";
import { factsOf } from "./x509/facts.ts";

export interface Flaw {
  readonly is: "unfit" | "expired" | "not-yet-valid" | "ends-soon" | "weak" | "chain-incomplete" | "name-missing";
  /** "unfit": it cannot serve. "bad": clients refuse it, or soon will. "remark": some clients may. */
  readonly weight: "unfit" | "bad" | "remark";
  /** The middle of a sentence: "it has expired on 2026-11-27". */
  readonly because: string;
}

export interface JudgeOptions {
  readonly nowMs: number;
  /** What has fewer days left ends soon. */
  readonly daysMin?: number;
  /** Host names that it is to answer for besides its own. */
  readonly names?: readonly string[];
}

export const DAY_MS = 86_400_000;

/** The day, in UTC: "2026-11-27". */
export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** The worst first. */
export function judge(pair: Pair, { nowMs, daysMin = 0, names = [] }: JudgeOptions): readonly Flaw[] {
  const [leaf] = pair.certificates;
  const facts = factsOf(leaf);
  const unfit = whyUnfit(pair);
  const missing = names.filter((it) => !facts.names.some((own) => covers(own, it)));
  const daysLeft = Math.floor((facts.notAfterMs - nowMs) / DAY_MS);
  const isNameless = facts.names.length + facts.addresses.length === 0;
  const flaws: readonly (Flaw | false)[] = [
    unfit !== undefined && { is: "unfit", weight: "unfit", because: unfit },
    facts.notAfterMs <= nowMs && bad("expired", `it has expired on ${dayOf(facts.notAfterMs)}`),
    facts.notBeforeMs > nowMs && bad("not-yet-valid", `it is valid from ${dayOf(facts.notBeforeMs)} on only`),
    facts.notAfterMs > nowMs && daysLeft < daysMin && bad("ends-soon", `it has ${daysLeft} days left`),
    isWeakKey(pair) && remark("weak", `its key (${facts.keyKind}) is too short for today's clients`),
    isWeakSignature(leaf) && remark("weak", `it is signed with ${leaf.signatureAlgorithm}, which clients refuse`),
    isIncomplete(pair) && remark("chain-incomplete", `the certificate of its issuer (${topIssuer(pair)}) is missing`),
    isNameless && remark("name-missing", "it holds no host name and no address"),
    missing.length > 0 && remark("name-missing", `it does not hold ${missing.slice(0, NAMED_MAX).join(", ")}`),
  ];
  return flaws.filter((it) => it !== false);
}

const bad = (is: Flaw["is"], because: string): Flaw => ({ is, weight: "bad", because });
const remark = (is: Flaw["is"], because: string): Flaw => ({ is, weight: "remark", because });

const NAMED_MAX = 5;
const RSA_BITS_SERVED = 1024;
const RSA_BITS_GOOD = 2048;

/** The runtime itself is asked: it alone knows which keys and curves it can do a handshake with. */
export function whyUnfit(pair: Pair): string | undefined {
  const { modulusLength = RSA_BITS_SERVED } = pair.key.asymmetricKeyDetails ?? {};
  if (modulusLength < RSA_BITS_SERVED) return `its key of ${modulusLength} bits is too short for any handshake`;
  try {
    createSecureContext({ cert: chainText(pair), key: keyText(pair) });
    return undefined;
  } catch {
    return `no handshake can be done with it, as its key is ${factsOf(pair.certificates[0]).keyKind}`;
  }
}

const isWeakKey = ({ key }: Pair): boolean =>
  (key.asymmetricKeyDetails?.modulusLength ?? RSA_BITS_GOOD) < RSA_BITS_GOOD;

const isWeakSignature = ({ signatureAlgorithm }: X509Certificate): boolean =>
  /md5|sha1|with-?sha-?1$/i.test(signatureAlgorithm ?? "");

/** Its issuer comes neither with it nor with every client. An authority of the house looks the same from here. */
function isIncomplete({ certificates }: Pair): boolean {
  const top = certificates.at(-1);
  if (top === undefined || top.issuer === top.subject) return false;
  return !wellKnownIssuers().has(top.issuer);
}

const topIssuer = ({ certificates }: Pair): string => factsOf(certificates.at(-1) ?? certificates[0]).issuer;

let known: ReadonlySet<string> | undefined;

/** Read once, and only by who judges. */
function wellKnownIssuers(): ReadonlySet<string> {
  known ??= new Set(rootCertificates.map((it) => new X509Certificate(it).subject));
  return known;
}
