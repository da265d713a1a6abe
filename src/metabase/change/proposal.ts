// What the writer takes: any kind of change, as something that fills a draft and says what is wrong with it.
import { about, type Fault, fault } from "../../base/fault.ts";
import { type Bad, bad, type Result } from "../../base/result.ts";
import type { Problem } from "../../schema/decode.ts";
import type { RevisionKind } from "../store/revision.ts";
import type { Draft } from "../tree/draft.ts";
import type { Refusal } from "./transaction.ts";

export interface Proposal {
  readonly kind: RevisionKind;
  /** The older revision it brings back: what waits to be confirmed can be ended only so. */
  readonly bringsBack?: number;
  /** Puts what is proposed into the draft, and says all that is wrong with it. */
  put(draft: Draft): Promise<Result<readonly Problem[], Refusal>>;
}

export const refuse = (it: Fault): Bad<Refusal> => bad({ is: "fault", fault: it });

/** Why a proposal is not even looked at. */
export const notNow = {
  nothingWaits: fault(
    about("command", "confirm"),
    "Cannot confirm",
    "no revision waits to be confirmed",
    "See `inetsrv config history`",
  ),
  tooMany: fault(
    about("command", "change"),
    "Cannot take the change",
    "too many others are waiting",
    "Try again later, or make them as one transaction",
  ),
  closed: fault(about("command", "change"), "Cannot take the change", "inetsrv is ending", "Start it again"),
};
