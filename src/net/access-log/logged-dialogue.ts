// A dialogue with a line in the access log for each answer it gives. What a line of the client says is read by the
// protocol's own reader; a password is never written down, whichever way it comes.
import type { Clock } from "../../base/clock.ts";
import type { Line } from "../../base/line-reader.ts";
import type { Connection, Secured } from "../connection.ts";
import type { Answer, Farewells, LineDialogue, LineLimits } from "../line-dialogue.ts";
import type { AccessLog } from "./access-log.ts";
import { textOfBytes } from "./escape.ts";
import { type AccessRecord, accessRecord } from "./record.ts";

/** Puts what a line says into the slots of the record, which go out with the next answer. */
export type LineTeller = (line: string, record: AccessRecord) => void;

/** A dialogue that says who has logged in on its connection. */
export interface Logged extends LineDialogue {
  readonly user?: { readonly account: string } | undefined;
}

export interface LoggedParts {
  readonly connection: Pick<Connection, "peer" | "local" | "trace">;
  readonly log: AccessLog;
  readonly clock: Clock;
  readonly tell: LineTeller;
}

/** The client answers these with a secret: 334 in SMTP, 383 in NNTP, and 331 and 381 behind a verb that says so. */
const ASKS_FOR_SECRET = new Set([331, 334, 381, 383]);
const SAYS_SO = /^(PASS|ACCT|AUTHINFO)( |$)/i;
export const HIDDEN = "***";
const LINE_END_BYTES = 2;

export class LoggedDialogue implements LineDialogue {
  private readonly inner: Logged;
  private readonly parts: LoggedParts;
  private record = accessRecord();
  private secretComes = false;
  private received = 0;

  constructor(inner: Logged, parts: LoggedParts) {
    this.inner = inner;
    this.parts = parts;
  }

  get greeting(): string {
    return this.inner.greeting;
  }

  get lineBytesMax(): number {
    return this.inner.lineBytesMax;
  }

  get limits(): LineLimits {
    return this.inner.limits;
  }

  get farewells(): Farewells {
    return this.inner.farewells;
  }

  answer(line: Line): Answer | Promise<Answer> {
    const { clock, log, tell } = this.parts;
    if (!log.on) return this.inner.answer(line);
    const startedAtMs = clock.steadyMs();
    const text = "text" in line ? line.text : "";
    this.received += text.length + LINE_END_BYTES;
    if (this.secretComes && !SAYS_SO.test(text)) this.record.uriQuery = HIDDEN;
    else tell(text, this.record);
    const answer = this.inner.answer(line);
    if (!(answer instanceof Promise)) return this.told(answer, startedAtMs);
    return answer.then((it) => this.told(it, startedAtMs));
  }

  secured(facts: Secured, droppedBytes: number): void {
    this.inner.secured?.(facts, droppedBytes);
  }

  finish(): "now" | "soon" {
    return this.inner.finish?.() ?? "now";
  }

  ended(): void {
    this.inner.ended?.();
  }

  private told(answer: Answer, startedAtMs: number): Answer {
    const { reply } = answer;
    if (reply === "") return answer;
    const { clock, connection, log } = this.parts;
    const { record } = this;
    const status = Number(/^(?:HTTP\/1\.1 )?(\d{3})/.exec(reply)?.[1]);
    log.write(
      Object.assign(record, {
        atMs: clock.wallMs(),
        clientAddress: connection.peer.address,
        clientPort: connection.peer.port,
        serverAddress: connection.local.address,
        serverPort: connection.local.port,
        userName: this.inner.user?.account ?? "",
        status,
        bytesSent: reply.length,
        bytesReceived: this.received,
        timeTakenMs: clock.steadyMs() - startedAtMs,
        trace: connection.trace,
      }),
    );
    this.secretComes = ASKS_FOR_SECRET.has(status);
    this.received = 0;
    // The answer to a secret is one to the command that led to it.
    this.record = this.secretComes ? { ...accessRecord(), method: record.method } : accessRecord();
    return answer;
  }
}

/** A verb and its argument, as in FTP, SMTP and NNTP; `slot` is where IIS wrote the argument. */
export const commandTeller =
  (slot: "uriStem" | "uriQuery"): LineTeller =>
  (line, record) => {
    const [, verb = "", argument = ""] = /^([A-Za-z-]{1,20})(?: +(.*))?$/s.exec(line) ?? [];
    // What is no verb may be a password that came at the wrong moment.
    record.method = verb.toUpperCase();
    record[slot] = textOfBytes(withoutSecret(record.method, argument));
  };

/** USER and AUTHINFO USER name an account and stay; what a mechanism says at once holds the password. */
function withoutSecret(verb: string, argument: string): string {
  switch (verb) {
    case "PASS":
    case "ACCT":
      return HIDDEN;
    case "AUTH":
      return argument.replace(/^(\S+) .*$/s, `$1 ${HIDDEN}`);
    case "AUTHINFO":
      return argument.replace(/^(pass|generic) .*$/is, `$1 ${HIDDEN}`).replace(/^(sasl \S+) .*$/is, `$1 ${HIDDEN}`);
    default:
      return argument;
  }
}

const slotOfHeader: Readonly<Record<string, "host" | "userAgent" | "referer" | "cookie">> = {
  host: "host",
  "user-agent": "userAgent",
  referer: "referer",
  cookie: "cookie",
};

/** The lines of a request of the web. */
export const requestTeller: LineTeller = (line, record) => {
  if (record.method === "") {
    const [, method = "", stem = "", query = "", version = ""] = /^(\S+) ([^ ?]*)(?:\?(\S*))? (\S+)$/.exec(line) ?? [];
    Object.assign(record, { method, uriStem: stem, uriQuery: query, protocolVersion: version });
    return;
  }
  const colon = line.indexOf(":");
  const slot = colon < 0 ? undefined : slotOfHeader[line.slice(0, colon).toLowerCase()];
  if (slot !== undefined) record[slot] = textOfBytes(line.slice(colon + 1).trim());
};
