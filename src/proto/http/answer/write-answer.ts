// Writes the head of an answer, and the body where it is there already. RFC 9112 §6.3 done, RFC 9110 §9.3.2 done. It decides how
// the client sees where the answer ends, and nothing else.
import { isBodyless } from "../status.ts";
import { AddedAnswer } from "./added-fields.ts";
import { type Answer, type BodySource, discard, isSource } from "./answer.ts";
import { type BodyWriter, chunkedWriter, LengthWriter, untilCloseWriter } from "./body-writer.ts";
import type { DateStamp } from "./date-stamp.ts";
import { headText } from "./head-text.ts";
import type { Outbox } from "./outbox.ts";
import { ReadyAnswer } from "./ready-answer.ts";

/** What of a request decides how it is answered. */
export interface Asked {
  readonly method: string;
  readonly version: string;
  readonly upgrade: string | undefined;
}

/** What writes the body that is still to be made; undefined where all has been said. */
export function writeAnswer(
  out: Outbox,
  asked: Asked,
  answer: Answer,
  keepAlive: boolean,
  date: DateStamp,
): BodyWriter | undefined {
  assertFits(asked, answer);
  const connection = connectionText(asked, answer, keepAlive);
  if (answer instanceof ReadyAnswer) {
    answer.write(out, asked.method !== "HEAD", connection, date);
    return undefined;
  }
  if (answer instanceof AddedAnswer) {
    answer.ready.write(out, asked.method !== "HEAD", answer.added.text + connection, date);
    return undefined;
  }
  const { body } = answer;
  out.text(headText(answer, lengthText(asked, answer) + connection, date.text));
  if (hasNoContent(asked, answer)) discard(answer);
  else if (isSource(body)) return writerOf(asked, body);
  else if (body !== undefined) out.add(body);
  return undefined;
}

/** RFC 9110 §7.8, §9.3.6, §15: what no client could understand is a mistake of whoever answers. */
function assertFits({ method, upgrade }: Asked, { status, handOver }: Answer): void {
  const mayHandOver = status === 101 ? upgrade !== undefined : method === "CONNECT" && status >= 200 && status < 300;
  const isFinal = Number.isInteger(status) && status >= 200 && status <= 999;
  if (handOver === undefined ? !isFinal : !mayHandOver) throw new Error(`the answer ${status} to ${method}`);
}

/** The client sees the end of the body by that of the connection: HTTP/1.0 knows no chunks. */
export const endsByClose = (asked: Asked, answer: Answer): boolean =>
  isSource(answer.body) && answer.body.length === undefined && isOld(asked) && !hasNoContent(asked, answer);

const isOld = ({ version }: Asked): boolean => version === "HTTP/1.0";

export const hasNoContent = ({ method }: Pick<Asked, "method">, { status, handOver }: Answer): boolean =>
  method === "HEAD" || isBodyless(status) || handOver !== undefined;

/** RFC 9110 §8.6, RFC 9112 §6.1: also HEAD is told, and nobody where there can be no content. */
function lengthText(asked: Asked, { status, body, handOver }: Answer): string {
  if (isBodyless(status) || handOver !== undefined) return "";
  const length = body === undefined ? 0 : body.length;
  if (length !== undefined) return `Content-Length: ${length}\r\n`;
  return isOld(asked) ? "" : "Transfer-Encoding: chunked\r\n";
}

function writerOf(asked: Asked, { length }: BodySource): BodyWriter {
  if (length !== undefined) return new LengthWriter(length);
  return isOld(asked) ? untilCloseWriter : chunkedWriter;
}

/** RFC 9112 §9.3, §9.6 done: nothing is said where the version says it. */
function connectionText(asked: Asked, { status, handOver }: Answer, keepAlive: boolean): string {
  if (handOver !== undefined) return status === 101 ? "Connection: Upgrade\r\n" : "";
  if (!keepAlive) return "Connection: close\r\n";
  return isOld(asked) ? "Connection: keep-alive\r\n" : "";
}
