// A web site as a connection sees it: who answers, and what is watched of it. Interfaces only.
import type { AccessLog } from "../../net/access-log/access-log.ts";
import type { Host } from "../../net/connection.ts";
import type { SiteMetrics } from "../../net/metrics/site-metrics.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import type { Request } from "../../proto/http/request.ts";
import type { Asker } from "../content/asker.ts";
import type { SessionLimits } from "./session-limits.ts";

export interface AnsweringSite extends Host {
  readonly limits: SessionLimits;
  readonly log: AccessLog;
  readonly metrics: SiteMetrics;
  answer(request: Request, asker: Asker): Answer | Promise<Answer>;
  /** What is said to a request that is not taken, for which the engine has the reason. */
  refuse(refusal: Refusal, isSecure: boolean): Answer;
}

/** Whether requests may go on there, where the connection has moved. */
export const isAnsweringSite = (host: Host): host is AnsweringSite => "answer" in host;
