// Listens to the first words of a connection in clear, where it may be one of HTTP/2 whose client knows that we speak it: RFC 9113 §3.3
// done. It says nothing; what it has heard is for the engine that it turns out to be for.
import { nothing } from "../../base/block-reader.ts";
import type { Awaited, Engine } from "../../proto/http/connection/engine.ts";
import { PREFACE } from "../../proto/http2/frame/frame-kinds.ts";

export interface Listening {
  /** From now on that engine has the connection. */
  decided(isHttp2: boolean, heard: Buffer): Engine;
}

export class FirstWords implements Engine {
  readonly saysFarewell = false;
  private readonly session: Listening;
  private bytes: Buffer = nothing;

  constructor(session: Listening) {
    this.session = session;
  }

  get awaits(): Awaited {
    return this.bytes.length > 0 ? "head" : "request";
  }

  heard(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    const looked = Math.min(this.bytes.length, PREFACE.length);
    const isLike = PREFACE.compare(this.bytes, 0, looked, 0, looked) === 0;
    if (!isLike || looked === PREFACE.length) this.session.decided(isLike, this.bytes);
  }

  inputOver(): void {
    this.session.decided(false, this.bytes).inputOver();
  }

  late(): void {
    this.session.decided(false, this.bytes).late();
  }

  drained(): void {}
  closed(): void {}
  finish(): void {}
}
