// One request as a line of the access log. Headers are looked up only for slots that are written.
import type { AccessLog } from "../../net/access-log/access-log.ts";
import { textOfBytes } from "../../net/access-log/escape.ts";
import type { Connection } from "../../net/connection.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Request } from "../../proto/http/request.ts";

/** How it went. */
export interface Told {
  readonly atMs: number;
  readonly timeTakenMs: number;
  readonly bytesSent: number;
  /** Undefined where the client was gone before there was an answer. */
  readonly answer: Answer | undefined;
  /** Why it was refused, in words; "" where it was not. */
  readonly because: string;
  /** Who had logged in; "" where nobody had. */
  readonly userName: string;
}

export function writeLine(log: AccessLog, { peer, local, trace }: Connection, request: Request, told: Told): void {
  const { wants } = log;
  const line = log.record();
  const { path, body } = request;
  const question = path.indexOf("?");
  line.atMs = told.atMs;
  line.clientAddress = peer.address;
  line.clientPort = peer.port;
  line.serverAddress = local.address;
  line.serverPort = local.port;
  line.trace = trace;
  line.userName = told.userName;
  line.method = request.method;
  line.uriStem = textOfBytes(question < 0 ? path : path.slice(0, question));
  if (question >= 0) line.uriQuery = textOfBytes(path.slice(question + 1));
  line.protocolVersion = request.version;
  line.status = told.answer?.status;
  line.subStatus = told.answer?.substatus ?? 0;
  line.timeTakenMs = told.timeTakenMs;
  line.bytesSent = told.bytesSent;
  line.bytesReceived = request.headBytes + (body?.readBytes ?? 0);
  line.information = told.because;
  if (wants.has("userAgent")) line.userAgent = said(request, "user-agent");
  if (wants.has("referer")) line.referer = said(request, "referer");
  if (wants.has("cookie")) line.cookie = said(request, "cookie");
  if (wants.has("host")) line.host = said(request, "host");
  log.write(line);
}

function said(request: Request, name: string): string {
  const value = request.header(name);
  return value === undefined ? "" : textOfBytes(value);
}
