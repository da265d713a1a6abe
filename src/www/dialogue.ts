// What a web site answers until the web engine has landed: 503 for every request, in good form, so that clients and
// proxies know it for a passing state. Pure: lines of the head come in, an answer goes out with the last one.
import type { Line } from "../base/line-reader.ts";
import type { Connection } from "../net/connection.ts";
import type { Farewells, LineDialogue, LineLimits, Spoken } from "../net/line/line-dialogue.ts";

const HEAD_LINE_BYTES_MAX = 16_384;
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
const farewells: Farewells = { idle: "", slow: "", overtime: "", endless: "", stopping: "" };
export const awayFarewell = unavailable("GET", true).reply;

/** RFC 9112 §3 partly: the target is not looked at yet. Method, target and version, one space between each. */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/1\.([01])$/;

/** RFC 9110 §7.4: 421 has a client come again on a connection that was made for this host. */
function nobodyHere(secured: boolean): Spoken {
  const body = "No site at this address has the host name that was asked for.\n";
  const head = [
    `HTTP/1.1 ${secured ? "421 Misdirected Request" : "400 Bad Request"}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  return { reply: `${head.join("\r\n")}\r\n\r\n${body}`, close: true };
}

/** The name in a Host header, without the port; an address may stand in brackets. RFC 9110 §7.2. */
const HOST = /^host:[ \t]*(\[[0-9A-Fa-f:.]+\]|[^:[\]\s,]*)(?::\d*)?[ \t]*$/i;

/** What of a connection matters to what is said on it. */
export type Asked = Pick<Connection, "secured" | "moveTo">;

/** The reader of one connection. A request with a body is the last one: what follows its head is not looked at. */
export class WwwDialogue implements LineDialogue {
  readonly greeting = "";
  readonly lineBytesMax = HEAD_LINE_BYTES_MAX;
  readonly farewells = farewells;
  readonly limits: LineLimits;
  private readonly connection: Asked;
  private method: string | undefined;
  private host: string | undefined;
  private last = false;
  private lines = 0;
  private answered = false;

  constructor(connection: Asked, limits: LineLimits) {
    this.connection = connection;
    this.limits = limits;
  }

  answer(line: Line): Spoken {
    if (line.kind !== "line" || ++this.lines > HEAD_LINES_MAX) return badRequest;
    if (this.method === undefined) return this.begin(line.text);
    if (line.text === "") return this.end(this.method);
    return this.header(line.text);
  }

  /** A connection that has asked nothing yet was opened to ask: its request may be on the way. */
  finish(): "now" | "soon" {
    this.last = true;
    return this.answered && this.method === undefined ? "now" : "soon";
  }

  private begin(text: string): Spoken {
    if (text === "") return nothing; // RFC 9112 §2.2: empty lines before a request are let pass
    const [, method = "", , minor] = REQUEST_LINE.exec(text) ?? [];
    if (method === "") return badRequest;
    this.method = method;
    this.host = undefined;
    if (minor === "0") this.last = true;
    return nothing;
  }

  private header(text: string): Spoken {
    if (/^(content-length:[ \t]*0*[1-9]|transfer-encoding:|connection:.*\bclose\b)/i.test(text)) this.last = true;
    if (!/^host:/i.test(text)) return nothing;
    // RFC 9112 §3.2 partly: two Host headers, or one that is none, are refused; a missing one is let pass.
    const [, host] = HOST.exec(text) ?? [];
    if (host === undefined || this.host !== undefined) return badRequest;
    this.host = host;
    return nothing;
  }

  private end(method: string): Spoken {
    const { host, connection } = this;
    this.method = undefined;
    this.lines = 0;
    this.answered = true;
    if (host !== undefined && connection.moveTo(host) === undefined)
      return nobodyHere(connection.secured !== undefined);
    return unavailable(method, this.last);
  }
}
