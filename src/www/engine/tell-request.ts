// What is told of a request that is over, in whichever version it came: the numbers of its site, and a line of the log.
import type { Welcome } from "../../account/login.ts";
import type { AccessLog } from "../../net/access-log/access-log.ts";
import type { Connection } from "../../net/connection.ts";
import { siteCells } from "../../net/metrics/metrics.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import { fieldBits } from "../../proto/http/head/known-fields.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import type { Request } from "../../proto/http/request.ts";
import type { AnsweringSite } from "./answering-site.ts";
import { outcomeOf } from "./outcome.ts";

const userAgentBit = fieldBits(["user-agent"]);
const refererBit = fieldBits(["referer"]);
const cookieBit = fieldBits(["cookie"]);

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

export function tellRequest(over: Over, connection: Connection, end: End): void {
  const { answer, whole, timeTakenMs } = end;
  const { log, metrics } = over.site;
  metrics.add(siteCells.requests[answer !== undefined && whole ? outcomeOf(answer.status) : "aborted"]);
  metrics.observe(siteCells.requestSeconds, timeTakenMs / 1000);
  if (log.on) writeLine(log, over, connection, end);
}

function writeLine(log: AccessLog, { request, user, refusal }: Over, connection: Connection, end: End): void {
  const { path, body } = request;
  const question = path.indexOf("?");
  const line = log.record();
  line.atMs = end.atMs;
  line.ends = connection.ends;
  line.userName = user?.account ?? "";
  line.method = request.method;
  line.uriStem = question < 0 ? path : path.slice(0, question);
  if (question >= 0) line.uriQuery = path.slice(question + 1);
  line.protocolVersion = request.version;
  line.status = end.answer?.status;
  line.subStatus = end.answer?.substatus ?? 0;
  line.timeTakenMs = end.timeTakenMs;
  line.bytesSent = end.bytesSent;
  line.bytesReceived = request.headBytes + (body?.readBytes ?? 0);
  line.information = refusal?.because ?? "";
  const { wants } = log;
  if (maySay(request, userAgentBit) && wants.has("userAgent")) line.userAgent = request.header("user-agent") ?? "";
  if (maySay(request, refererBit) && wants.has("referer")) line.referer = request.header("referer") ?? "";
  if (maySay(request, cookieBit) && wants.has("cookie")) line.cookie = request.header("cookie") ?? "";
  // The host of HTTP/2 is no field.
  if (wants.has("host")) line.host = request.header("host") ?? "";
  log.write(line);
}

/** By a bit, as asking for what is not there was half of the cost of a record. */
const maySay = ({ known }: Request, bit: number): boolean => known === undefined || (known & bit) !== 0;
