// What is told of a request that is over, in whichever version it came: the numbers of its site, and a line of the log.
import type { Welcome } from "../../account/login.ts";
import type { Connection } from "../../net/connection.ts";
import { siteCells } from "../../net/metrics/metrics.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import type { Request } from "../../proto/http/request.ts";
import { writeLine } from "./access-line.ts";
import type { AnsweringSite } from "./answering-site.ts";
import { outcomeOf } from "./outcome.ts";

/** Who asked at which site, and why it was refused. */
export interface Over {
  readonly request: Request;
  readonly site: Pick<AnsweringSite, "log" | "metrics">;
  readonly user: Welcome | undefined;
  readonly refusal: Refusal | undefined;
}

/** How it went. */
export interface End {
  /** By the clock on the wall. */
  readonly atMs: number;
  readonly timeTakenMs: number;
  readonly bytesSent: number;
  /** Undefined where the client was gone before there was one. */
  readonly answer: Answer | undefined;
  /** The client got all of it, as far as one can see. */
  readonly whole: boolean;
}

export function tellRequest({ request, site, user, refusal }: Over, connection: Connection, end: End): void {
  const { atMs, timeTakenMs, bytesSent, answer, whole } = end;
  site.metrics.add(siteCells.requests[answer !== undefined && whole ? outcomeOf(answer.status) : "aborted"]);
  site.metrics.observe(siteCells.requestSeconds, timeTakenMs / 1000);
  if (!site.log.on) return;
  const because = refusal?.because ?? "";
  const userName = user?.account ?? "";
  writeLine(site.log, connection, request, { atMs, timeTakenMs, bytesSent, answer, because, userName });
}
