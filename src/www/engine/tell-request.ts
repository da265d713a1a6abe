// What is told of a request that is over, in whichever version it came: the numbers of its site, and a line of the log.
import type { Welcome } from "../../account/login.ts";
import { type AccessLog, noSlots } from "../../net/access-log/access-log.ts";
import type { FieldSource } from "../../net/access-log/fields.ts";
import type { AccessRecord } from "../../net/access-log/record.ts";
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
const hostBit = fieldBits(["host"]);
const all = -1;

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
  // The host of HTTP/2 is no field. Asking for what is not there was half of the cost of a record.
  const said = wantedOf(log.wants) & ((request.known ?? all) | hostBit);
  if (said !== 0) quote(said, request, line);
  log.write(line);
}

function quote(said: number, request: Request, line: AccessRecord): void {
  if (said & userAgentBit) line.userAgent = request.header("user-agent") ?? "";
  if (said & refererBit) line.referer = request.header("referer") ?? "";
  if (said & cookieBit) line.cookie = request.header("cookie") ?? "";
  if (said & hostBit) line.host = request.header("host") ?? "";
}

/** Of the last log, and so of nearly all. */
let wanted = { by: noSlots, bits: 0 };

/** The fields of a request that are written down, as bits. */
function wantedOf(by: ReadonlySet<FieldSource>): number {
  if (wanted.by === by) return wanted.bits;
  const bit = (slot: FieldSource, its: number): number => (by.has(slot) ? its : 0);
  const bits =
    bit("userAgent", userAgentBit) | bit("referer", refererBit) | bit("cookie", cookieBit) | bit("host", hostBit);
  wanted = { by, bits };
  return bits;
}
