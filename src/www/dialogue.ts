// What a web site answers until the web engine has landed: 503 for every request, in good form, so that clients and
// proxies know it for a passing state. Pure: lines of the head come in, an answer goes out with the last one.
import type { Line } from "../base/line-reader.ts";
import type { Farewells, Spoken } from "../net/line-dialogue.ts";

export const HEAD_LINE_BYTES_MAX = 16_384;
const HEAD_LINES_MAX = 200;

const BODY = "This version of inetsrv serves no pages yet.\n";
const nothing: Spoken = { reply: "" };

/** RFC 9110 §15.6.4: 503, for a condition that will pass. */
function unavailable(method: string, last: boolean): Spoken {
  const head = [
    "HTTP/1.1 503 Service Unavailable",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${BODY.length}`,
    "Cache-Control: no-store",
    ...(last ? ["Connection: close"] : []),
  ];
  return { reply: `${head.join("\r\n")}\r\n\r\n${method === "HEAD" ? "" : BODY}`, close: last };
}

const badRequest: Spoken = {
  reply: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
  close: true,
};
/** RFC 9112 §9.6: nothing is said to a client that asked nothing. */
export const farewells: Farewells = { idle: "", slow: "", overtime: "", endless: "", stopping: "" };
export const awayFarewell = `${unavailable("GET", true).reply}`;

/** RFC 9112 §3 partly: the target is not looked at yet. Method, target and version, one space between each. */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/1\.([01])$/;

export interface Conversation {
  answer(line: Line): Spoken;
  finish(): "now" | "soon";
}

/** The reader of one connection. A request with a body is the last one: what follows its head is not looked at. */
export function conversation(): Conversation {
  let method: string | undefined;
  let last = false;
  let lines = 0;
  let answered = false;

  function answer(line: Line): Spoken {
    if (line.kind !== "line" || ++lines > HEAD_LINES_MAX) return badRequest;
    if (method === undefined) {
      if (line.text === "") return nothing; // RFC 9112 §2.2: empty lines before a request are let pass
      const request = REQUEST_LINE.exec(line.text);
      if (request === null) return badRequest;
      method = request[1] ?? "";
      if (request[3] === "0") last = true;
      return nothing;
    }
    if (line.text !== "") {
      if (/^(content-length:[ \t]*0*[1-9]|transfer-encoding:|connection:.*\bclose\b)/i.test(line.text)) last = true;
      return nothing;
    }
    const reply = unavailable(method, last);
    method = undefined;
    lines = 0;
    answered = true;
    return reply;
  }

  /** A connection that has asked nothing yet was opened to ask: its request may be on the way. */
  function finish(): "now" | "soon" {
    last = true;
    return answered && method === undefined ? "now" : "soon";
  }

  return { answer, finish };
}
