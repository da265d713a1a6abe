// A login in an SMTP session: what the mechanisms of SASL come to, as steps of the session and replies of RFC 4954 §6. It
// decides nothing; who may log in is decided where the accounts are.
import { randomBytes } from "node:crypto";
import type { From, Login, Verdict, Welcome } from "../../account/login.ts";
import { SaslExchange, type Step } from "../../account/sasl/exchange.ts";
import { localTime } from "../../base/local-time.ts";
import { type Reply, say } from "../../proto/smtp/reply.ts";
import type { LoginStep } from "../../proto/smtp/server/ports.ts";
import { replies } from "../../proto/smtp/server/replies.ts";

export interface LoginParts {
  readonly login: Login;
  readonly from: From;
  /** Told who it is. */
  readonly welcomed: (welcome: Welcome) => void;
}

/** RFC 4954 §4: what SCRAM says last is a challenge of its own, as success has no place for it. */
export function beginLogin(
  mechanism: string,
  initial: string | undefined,
  { login, from, welcomed }: LoginParts,
): Promise<LoginStep> {
  const nonce = (): string => randomBytes(18).toString("base64");
  const exchange = new SaslExchange(mechanism, { login, from, nonce, finalData: "as-challenge" });
  const goOn = async (next: Promise<Step>): Promise<LoginStep> => {
    const step = await next;
    switch (step.is) {
      case "challenge":
        return { is: "challenge", text: step.text, next: (line) => goOn(exchange.take(line)) };
      case "done":
        welcomed(step.verdict);
        return { is: "done", account: step.verdict.account };
      case "refused":
        return refused(step.verdict);
      case "malformed":
        return { is: "refused", reply: replies.loginMalformed(step.because) };
      case "cancelled":
        return { is: "refused", reply: replies.loginGivenUp };
      case "encrypt-first":
        return { is: "refused", reply: replies.encryptFirst };
      case "unknown":
        return { is: "refused", reply: replies.noSuchMechanism };
      default:
        return step satisfies never;
    }
  };
  return goOn(exchange.start(initial));
}

const unavailable = say(504, "5.5.4", "This mechanism is not available here");

function refused(verdict: Exclude<Verdict, Welcome>): LoginStep {
  const because = (reply: Reply): LoginStep => ({ is: "refused", reply });
  switch (verdict.is) {
    case "wrong":
      return because(replies.wrongPassword);
    case "blocked":
      return { is: "refused", reply: replies.loginBlocked(localTime(verdict.untilMs)), close: true };
    case "busy":
      return because(replies.loginBusy);
    case "not-allowed":
      return because(replies.mayNotLogIn);
    case "unavailable":
      return because(unavailable);
    default:
      return verdict satisfies never;
  }
}
