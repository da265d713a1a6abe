// One request while it is under way: what its line said, when it began, how much went to and fro. It decides nothing.
import type { WallTimes } from "../base/wall-times.ts";
import type { AccessLog } from "../net/access-log/access-log.ts";
import type { AccessRecord } from "../net/access-log/record.ts";
import type { Connection } from "../net/connection.ts";
import { HIDDEN, type Protocol } from "./protocol.ts";

/** Behind a question for a secret these lines say themselves what they are. */
const SAYS_SO = /^(PASS|ACCT|AUTHINFO)( |$)/i;
const LINE_END_BYTES = 2;

export class ObservedRequest {
  verb = "";
  status = Number.NaN;
  startedAtMs = 0;
  bytesReceived = 0;
  bytesSent = 0;
  private readonly protocol: Protocol;
  private readonly log: AccessLog;
  /** Undefined where nothing is written. */
  private slots: AccessRecord | undefined;
  private secretComes = false;

  constructor(protocol: Protocol, log: AccessLog) {
    this.protocol = protocol;
    this.log = log;
    this.slots = log.on ? log.record() : undefined;
  }

  hear(text: string, nowMs: number): void {
    this.startedAtMs = nowMs;
    this.bytesReceived += text.length + LINE_END_BYTES;
    if (this.secretComes && !SAYS_SO.test(text)) {
      if (this.slots !== undefined) this.slots.uriQuery = HIDDEN;
      return;
    }
    this.verb = this.protocol.verbOf(text);
    if (this.slots !== undefined) this.protocol.tell(text, this.verb, this.slots);
  }

  answered(status: number, bytes: number): void {
    this.status = status;
    this.bytesSent += bytes;
  }

  /** What follows when the client was asked for a secret: its answer is one to the command that led to it. */
  forSecret(): ObservedRequest {
    const next = new ObservedRequest(this.protocol, this.log);
    next.verb = this.verb;
    next.secretComes = true;
    if (next.slots !== undefined) next.slots.method = this.slots?.method ?? "";
    return next;
  }

  /** The line of it, once. `nowMs` by the steady clock. */
  write({ ends }: Connection, userName: string, nowMs: number, wall: WallTimes): void {
    const { slots } = this;
    if (slots === undefined) return;
    this.slots = undefined;
    slots.atMs = wall.at(nowMs);
    slots.ends = ends;
    slots.userName = userName;
    slots.status = this.status;
    slots.bytesSent = this.bytesSent;
    slots.bytesReceived = this.bytesReceived;
    slots.timeTakenMs = nowMs - this.startedAtMs;
    this.log.write(slots);
  }
}
