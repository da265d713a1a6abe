// A connection with a client and a service that a test plays: what is said is gathered, and how it ends is told.
import type { Answer, BodySource, Piece } from "../answer/answer.ts";
import { DateStamp } from "../answer/date-stamp.ts";
import { Outbox } from "../answer/outbox.ts";
import { refusalAnswer } from "../answer/refusal-answer.ts";
import type { ConnectionLimits, Door, HttpService, Shared } from "../connection/door.ts";
import { HttpConnection } from "../connection/http-connection.ts";
import { usualConnectionLimits } from "../connection/usual-limits.ts";
import type { Field, Request } from "../request.ts";

export const testDate = new DateStamp(Date.UTC(1994, 10, 6, 8, 49, 37));

/** With the body of a text, and nothing more than it needs. */
export const answerOf = (body: string, more: Partial<Answer> = {}): Answer => ({
  status: 200,
  substatus: 0,
  fields: [],
  body: Buffer.from(body, "latin1"),
  ...more,
});

/** The client and the service of a connection, in any version. */
export class Played implements Door, HttpService {
  readonly shared: Shared;
  /** All that was said, in its writes. */
  readonly writes: string[] = [];
  /** How it went on: "end", "cut", "pause", "resume", "hand over x". */
  readonly turns: string[] = [];
  /** As it was told with the end. */
  clientIsDone: boolean | undefined;
  /** What the log would hold: "GET / 200 99 whole". */
  readonly log: string[] = [];
  /** Whether the client reads what is said. */
  hears = true;
  private readonly reply: (request: Request) => Answer | Promise<Answer>;

  constructor(reply: (request: Request) => Answer | Promise<Answer>, limits: Partial<ConnectionLimits> = {}) {
    this.reply = reply;
    this.shared = { outbox: new Outbox(), date: testDate, limits: { ...usualConnectionLimits, ...limits } };
  }

  write(bytes: Buffer): boolean {
    this.writes.push(bytes.toString("latin1"));
    return this.hears;
  }

  read(wanted: boolean): void {
    this.turns.push(wanted ? "resume" : "pause");
  }

  end(clientIsDone: boolean): void {
    this.turns.push("end");
    this.clientIsDone = clientIsDone;
  }

  cut(): void {
    this.turns.push("cut");
  }

  handOver(to: object, rest: Buffer): void {
    this.turns.push(`hand over to ${Bun.inspect(to)} with ${rest.toString("latin1")}`);
  }

  answer(request: Request): Answer | Promise<Answer> {
    return this.reply(request);
  }

  refuse(refusal: Parameters<HttpService["refuse"]>[0]): Answer {
    return refusalAnswer(refusal);
  }

  answered(request: Request, { status, substatus }: Answer, bytes: number, whole: boolean): void {
    const code = substatus === 0 ? status : `${status}.${substatus}`;
    this.log.push(`${request.method} ${request.target} ${code} ${bytes} ${whole ? "whole" : "not whole"}`);
  }

  unanswered(request: Request): void {
    this.log.push(`${request.method} ${request.target} unanswered`);
  }

  abandoned(request: Request): void {
    this.log.push(`${request.method} ${request.target} abandoned`);
  }
}

export class Rig extends Played {
  readonly connection = new HttpConnection(this, this.shared, this);

  /** Without the dates, which are all the same. */
  get said(): string {
    return this.writes.join("").replaceAll(`Date: ${testDate.text}\r\n`, "");
  }

  /** The status of each answer. */
  get statuses(): string {
    return [...this.said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status).join(" ");
  }

  hear(text: string): this {
    this.connection.heard(Buffer.from(text, "latin1"));
    return this;
  }
}

/** Answers when the body has come, with what `make` makes of it; refuses by itself what is too long. */
export const withBody = (
  request: Request,
  make: (body: string) => Answer,
  bytesMax = 1e6,
): Answer | Promise<Answer> => {
  const { body } = request;
  if (body === undefined) return make("");
  let text = "";
  return new Promise((resolve) => {
    const receiver = {
      take: (piece: Buffer) => {
        text += piece.toString("latin1");
      },
      end: (trailers: readonly Field[]) =>
        resolve(make(text + trailers.map(([name, value]) => `|${name}=${value}`).join(""))),
      lost: () => {},
    };
    body.receive(receiver, bytesMax);
  });
};

/** A body of these pieces; tells when it was closed. */
export class Pieces implements BodySource {
  readonly length: number | undefined;
  closed = 0;
  asked = 0;
  private readonly pieces: (Piece | Promise<Piece>)[];

  constructor(pieces: readonly (string | Promise<Piece>)[], length?: number) {
    this.length = length;
    this.pieces = pieces.map((it) =>
      typeof it !== "string" || it === "broken" ? (it as Piece) : Buffer.from(it, "latin1"),
    );
  }

  next(): Piece | Promise<Piece> {
    if (this.closed > 0) throw new Error("asked after it was closed");
    this.asked++;
    return this.pieces.shift() ?? "over";
  }

  close(): void {
    this.closed++;
  }
}
