// One connection of HTTP/1, RFC 9112 §9 done: which request is looked at when, what is said in which order, and whether another
// request may follow. Bytes and answers come in, bytes go out through the door. It knows no time: whoever has the clock says
// what is late.
import { nothing } from "../../../base/block-reader.ts";
import { type Answer, discard } from "../answer/answer.ts";
import { endsByClose, writeAnswer } from "../answer/write-answer.ts";
import { LF } from "../byte-kinds.ts";
import { parseHead } from "../head/parse-head.ts";
import { RequestHead } from "../head/request-head.ts";
import { type Refusal, refusals } from "../refusal.ts";
import type { Door, HttpService, Shared } from "./door.ts";
import type { Awaited, Engine } from "./engine.ts";
import { Intake, type IntakeOwner } from "./intake.ts";
import { Outgoing } from "./outgoing.ts";

/** What is kept of a client that sends on while its answer is made; beyond it nothing is read. */
const HELD_BYTES_MAX = 64 * 1024;

type State =
  /** No request is under way. */
  | "between"
  /** The service has one, and has not answered. */
  | "asked"
  /** The body of the answer is being made. */
  | "sending"
  /** All is answered, but not all of the request has come. */
  | "draining"
  /** Nothing more is said: the connection ends, breaks off or is handed over when what was said has left. */
  | "leaving"
  | "cutting"
  | "handing"
  /** It has ended for us; what the client still says is let pass. */
  | "lingering"
  | "gone";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

export class HttpConnection implements Engine, IntakeOwner {
  readonly saysFarewell = false;
  private readonly service: HttpService;
  private readonly shared: Shared;
  private readonly door: Door;
  private state: State = "between";
  private input: Buffer = nothing;
  private inputAt = 0;
  private inputEnded = false;
  /** So much of a head was looked at in vain. */
  private lookedBytes = 0;
  /** What came and was let pass since the answer left. */
  private strayBytes = 0;
  private request: RequestHead | undefined;
  private intake: Intake | undefined;
  /** What is wrong with the request under way, still to be answered. */
  private flaw: Refusal | undefined;
  /** The answer that was promised, once it is there; the one that hands over. */
  private made: Answer | undefined;
  private outgoing: Outgoing | undefined;
  /** No other request is taken behind the one that is under way. */
  private last = false;
  /** The client does not read what was said. */
  private blocked = false;
  private reads = true;
  private working = false;

  constructor(service: HttpService, shared: Shared, door: Door) {
    this.service = service;
    this.shared = shared;
    this.door = door;
  }

  get awaits(): Awaited {
    switch (this.state) {
      case "between":
        if (this.blocked) return "peer";
        return this.heldBytes > 0 ? "head" : "request";
      case "asked":
        return this.intake?.state === "reading" ? "body" : "answer";
      case "sending":
        return this.blocked ? "peer" : "answer";
      case "draining":
        return "body";
      default:
        return "end";
    }
  }

  /** Nobody may change the chunk later. */
  heard(chunk: Buffer): void {
    if (this.state === "gone") return;
    if (this.state === "lingering") return this.linger(chunk.length);
    const { heldBytes } = this;
    // A head is looked at anew with each line, so that one that drips in is not read as often as it has bytes.
    const isNews = heldBytes + chunk.length >= this.lookedBytes * 2 || chunk.includes(LF);
    this.input = heldBytes === 0 ? chunk : Buffer.concat([this.input.subarray(this.inputAt), chunk]);
    this.inputAt = 0;
    if (isNews) this.work();
    // What is left waits in memory of its own, and not in that of all that arrived.
    if (this.heldBytes === 0) this.input = nothing;
    else if (this.input.buffer === chunk.buffer) this.input = Buffer.from(this.input.subarray(this.inputAt));
    else return;
    this.inputAt = 0;
  }

  /** The client sends nothing more, and may still listen: it gets the answers to what it asked. */
  inputOver(): void {
    this.inputEnded = true;
    this.work();
  }

  /** The client has read what was said. */
  drained(): void {
    this.blocked = false;
    this.work();
  }

  /** The connection is no more. */
  closed(): void {
    const { state, request, made, outgoing } = this;
    this.state = "gone";
    this.intake?.lose();
    if (made !== undefined) discard(made);
    else if (state === "asked" && request !== undefined) this.service.abandoned?.(request);
    if (state === "asked" && request !== undefined) this.service.unanswered(request);
    if (state !== "sending" || request === undefined || outgoing === undefined) return;
    outgoing.close();
    this.service.answered(request, outgoing.answer, outgoing.bytes, false);
  }

  /** The next answer is the last one, and says so. */
  finish(): void {
    this.last = true;
  }

  /** The client takes too long with what it has to say. */
  late(): void {
    if (this.state === "between" && this.heldBytes > 0) this.flaw = refusals.headLate;
    else if (this.state === "between" || this.state === "draining") this.state = "leaving";
    else if (this.intake?.state === "reading") return this.bodyRefused(refusals.bodyLate);
    this.work();
  }

  bodyWanted(): void {
    this.work();
  }

  bodyRefused(refusal: Refusal): void {
    this.intake?.lose();
    this.flaw = refusal;
    this.last = true;
    this.work();
  }

  private get heldBytes(): number {
    return this.input.length - this.inputAt;
  }

  /** Does what can be done now; whatever may have changed that calls it. */
  private work(): void {
    if (this.working || this.state === "gone") return;
    const { outbox } = this.shared;
    this.working = true;
    outbox.begin(this.door);
    while (this.step());
    if (!outbox.end()) this.blocked = true;
    this.working = false;
    this.settle();
  }

  private step(): boolean {
    if (this.flaw !== undefined) return this.answerFlaw(this.flaw);
    switch (this.state) {
      case "between":
        return this.isHeard && this.begin();
      case "asked":
        return this.made === undefined ? this.feed() : this.respond(this.made);
      case "sending":
        return (this.isHeard && this.pull()) || this.feed();
      case "draining":
        return this.intake?.state === "over" ? this.next() : this.feed();
      default:
        return false;
    }
  }

  /** The client reads what is said, as far as one can see. */
  private get isHeard(): boolean {
    return !this.blocked && !this.shared.outbox.blocked;
  }

  /** Looks at the next request. */
  private begin(): boolean {
    const head = this.heldBytes > 0 ? parseHead(this.input, this.inputAt, this.shared.limits.head) : undefined;
    if (head === undefined) {
      this.lookedBytes = this.heldBytes;
      if (this.inputEnded) this.state = "leaving";
      return false;
    }
    this.lookedBytes = 0;
    this.request = head;
    this.state = "asked";
    if (head.refusal !== undefined) return this.refuse(head.refusal, head);
    this.inputAt = head.end;
    if (head.hasBody) head.body = this.intake = new Intake(head, this.shared.limits.chunks, this);
    const answer = this.service.answer(head);
    if (!(answer instanceof Promise)) return this.respond(answer);
    void answer.then((it) => this.answerCame(head, it));
    return true;
  }

  private answerCame(request: RequestHead, answer: Answer): void {
    if (this.request !== request || this.state !== "asked") return discard(answer);
    this.made = answer;
    this.work();
  }

  private answerFlaw(flaw: Refusal): boolean {
    this.flaw = undefined;
    if (this.state === "between") {
      this.request = new RequestHead(this.input, this.inputAt);
      this.state = "asked";
      return this.refuse(flaw, this.request);
    }
    if (this.state === "asked" && this.request !== undefined) {
      if (this.made === undefined) this.service.abandoned?.(this.request);
      else discard(this.made);
      return this.refuse(flaw, this.request);
    }
    if (this.state === "draining") this.state = "leaving";
    return true;
  }

  private refuse(refusal: Refusal, request: RequestHead): boolean {
    this.last ||= refusal.close;
    return this.respond(this.service.refuse(refusal, request));
  }

  private respond(answer: Answer): boolean {
    const { request } = this;
    const { outbox, date } = this.shared;
    if (request === undefined) throw new Error("an answer to nothing");
    this.made = undefined;
    if (!this.mayGoOn(request, answer)) this.last = true;
    const before = outbox.total;
    const writer = writeAnswer(outbox, request, answer, !this.last, date);
    const bytes = outbox.total - before;
    if (writer === undefined) return this.finished(request, answer, bytes, "whole");
    this.outgoing = new Outgoing(answer, writer, bytes, () => this.work());
    this.state = "sending";
    return true;
  }

  /** RFC 9112 §9.3, §9.6 done: whether it is certain where the next request begins, and worth the wait. */
  private mayGoOn(request: RequestHead, answer: Answer): boolean {
    const { intake } = this;
    if (!request.keepsAlive || answer.close === true || endsByClose(request, answer)) return false;
    // What follows may be meant for the tunnel.
    if (request.method === "CONNECT") return false;
    if (intake === undefined || intake.state === "over") return true;
    // RFC 9110 §10.1.1: a client that was never told to go on may send the body, or the next request.
    if (request.expectsContinue && intake.isUntouched && this.heldBytes === 0) return false;
    return !intake.isLongerThan(this.shared.limits.drainBytesMax);
  }

  private pull(): boolean {
    const { request, outgoing } = this;
    if (request === undefined || outgoing === undefined) throw new Error("there is nothing to send");
    const progress = outgoing.pull(this.shared.outbox);
    if (progress === "more" || progress === "waiting") return progress === "more";
    return this.finished(request, outgoing.answer, outgoing.bytes, progress);
  }

  private finished(
    request: RequestHead,
    answer: Answer,
    bytes: number,
    outcome: "whole" | "excess" | "broken",
  ): boolean {
    const { intake } = this;
    this.outgoing = undefined;
    this.service.answered(request, answer, bytes, outcome === "whole");
    if (answer.handOver !== undefined) {
      this.made = answer;
      this.state = "handing";
    } else if (this.last || outcome !== "whole") {
      intake?.lose();
      this.state = outcome === "broken" ? "cutting" : "leaving";
    } else if (intake !== undefined && intake.state !== "over") {
      intake.drain();
      this.strayBytes = 0;
      this.state = "draining";
    } else return this.next();
    return true;
  }

  private next(): boolean {
    this.request = undefined;
    this.intake = undefined;
    this.state = "between";
    return true;
  }

  /** Gives what has come to the body that is wanted. */
  private feed(): boolean {
    const { request, intake, heldBytes } = this;
    if (request === undefined || intake?.state !== "reading") return false;
    if (heldBytes === 0) return this.waitForBody(request, intake);
    this.input = intake.feed(this.inputAt === 0 ? this.input : this.input.subarray(this.inputAt));
    this.inputAt = 0;
    if (this.state !== "draining") return true;
    this.strayBytes += heldBytes - this.heldBytes;
    if (this.strayBytes > this.shared.limits.drainBytesMax) this.state = "leaving";
    return true;
  }

  /** RFC 9110 §10.1.1 done: the client is told to go on when somebody wants the body, and not when it has its answer. */
  private waitForBody(request: RequestHead, intake: Intake): boolean {
    if (this.inputEnded) this.bodyRefused(refusals.bodyCutShort);
    else if (request.expectsContinue && intake.isUntouched && this.state === "asked") {
      request.expectsContinue = false;
      this.shared.outbox.text(CONTINUE);
    } else return false;
    return true;
  }

  /** Does what can be done only when all that was said has left. */
  private settle(): void {
    const { made, door } = this;
    if (this.state === "cutting") {
      this.state = "gone";
      return door.cut();
    }
    if (this.state === "handing" && made?.handOver !== undefined) {
      this.state = "gone";
      return door.handOver(made.handOver, this.input.subarray(this.inputAt));
    }
    const ends = this.state === "leaving";
    const isDone = ends && this.clientIsDone;
    if (ends) {
      this.state = "lingering";
      this.input = nothing;
      this.inputAt = 0;
      this.strayBytes = 0;
    }
    const { wantsInput } = this;
    if (wantsInput !== this.reads) door.read(wantsInput);
    this.reads = wantsInput;
    if (ends) door.end(isDone);
  }

  /** It has sent its end, or said of a request without a body that it is the last, and nothing came behind that. */
  private get clientIsDone(): boolean {
    const { request, intake } = this;
    if (this.heldBytes > 0) return false;
    return this.inputEnded || (request !== undefined && intake === undefined && !request.keepsAlive);
  }

  private get wantsInput(): boolean {
    if (this.state === "between") return !this.blocked;
    return this.state === "asked" || this.state === "sending" ? this.heldBytes < HELD_BYTES_MAX : true;
  }

  private linger(bytes: number): void {
    this.strayBytes += bytes;
    if (this.strayBytes <= this.shared.limits.lingerBytesMax) return;
    this.state = "gone";
    this.door.cut();
  }
}
