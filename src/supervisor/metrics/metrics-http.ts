// Answers one HTTP request for the metrics on one connection, and closes it. Of what comes it reads the first line and
// looks for the end of the head; it keeps no connection, takes no body, and knows no other address.
import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { EXPOSITION_TYPE } from "../../net/metrics/exposition.ts";

/** A scraper's head has a few hundred bytes. */
export const HEAD_BYTES_MAX = 8192;
/** From the connection to the last byte of the answer, however slowly the peer sends or reads. */
export const EXCHANGE_MS = 30_000;

/** `text` is asked when the request is whole and right. */
export function answerMetrics(socket: Socket, text: () => Iterable<string>, clock: Clock): void {
  let head = "";
  const cancel = clock.after(EXCHANGE_MS, () => socket.destroy());
  socket.once("close", cancel);
  // Its "close" is all that matters.
  socket.on("error", () => {});
  const look = (chunk: Buffer | string): void => {
    head += chunk.toString("latin1");
    const end = head.indexOf("\r\n\r\n");
    if (end < 0 && head.length <= HEAD_BYTES_MAX) return;
    socket.off("data", look);
    // What still comes is thrown away; unread, it would make the kernel answer with a reset.
    socket.resume();
    const request = end < 0 ? "too-large" : readRequest(head.slice(0, end));
    void send(socket, replyTo(request, clock.wallMs()), text);
  };
  socket.on("data", look);
  // It has closed its side before it asked anything.
  socket.on("end", () => {
    if (socket.listeners("data").includes(look)) socket.end();
  });
}

export interface MetricsRequest {
  readonly method: string;
  readonly path: string;
  /** HTTP/1.1 knows chunks, RFC 9112 §7.1; HTTP/1.0 reads until the end. */
  readonly chunked: boolean;
}

/** RFC 9112 §3; a proxy may write the host before the path (§3.2.2), and a query changes nothing here. */
export function readRequest(head: string): MetricsRequest | "malformed" {
  const [line = ""] = head.split("\r\n", 1);
  const [, method, path, minor] =
    /^([A-Z]{1,20}) (?:http:\/\/[^/?# ]+)?(\/[^?# ]*)(?:\?[^# ]*)? HTTP\/1\.([01])$/.exec(line) ?? [];
  if (method === undefined || path === undefined) return "malformed";
  return { method, path, chunked: minor === "1" };
}

export interface MetricsReply {
  readonly head: string;
  readonly body: "none" | "plain" | "chunked";
}

export function replyTo(request: MetricsRequest | "malformed" | "too-large", nowMs: number): MetricsReply {
  const headOf = (status: string, ...fields: readonly string[]): string =>
    [`HTTP/1.1 ${status}`, `Date: ${new Date(nowMs).toUTCString()}`, "Connection: close", ...fields, "", ""].join(
      "\r\n",
    );
  const refuse = (status: string, ...fields: readonly string[]): MetricsReply => ({
    head: headOf(status, "Content-Length: 0", ...fields),
    body: "none",
  });
  if (request === "malformed") return refuse("400 Bad Request");
  if (request === "too-large") return refuse("431 Request Header Fields Too Large");
  if (request.path !== "/metrics") return refuse("404 Not Found");
  if (request.method !== "GET" && request.method !== "HEAD")
    return refuse("405 Method Not Allowed", "Allow: GET, HEAD");
  const encoding = request.chunked ? ["Transfer-Encoding: chunked"] : [];
  const head = headOf("200 OK", `Content-Type: ${EXPOSITION_TYPE}`, "Cache-Control: no-store", ...encoding);
  if (request.method === "HEAD") return { head, body: "none" };
  return { head, body: request.chunked ? "chunked" : "plain" };
}

/** Piece by piece, as the peer reads: nothing is made that is not on its way. */
async function send(socket: Socket, { head, body }: MetricsReply, text: () => Iterable<string>): Promise<void> {
  socket.write(head);
  for (const piece of body === "none" ? [] : text()) {
    const bytes = Buffer.from(piece);
    const framed = body === "plain" ? bytes : Buffer.concat([chunkHead(bytes.length), bytes, CRLF]);
    if (!socket.write(framed)) await drained(socket);
    if (socket.destroyed) return;
  }
  socket.end(body === "chunked" ? "0\r\n\r\n" : "");
}

const CRLF = Buffer.from("\r\n");
const chunkHead = (length: number): Buffer => Buffer.from(`${length.toString(16)}\r\n`);

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
