// How much of what costs us and not the client is still borne. Each budget is spent by it, and filled up again by what is done in
// earnest, up to where it began.
import { type Breach, breaches } from "./breaches.ts";
import type { StreamLimits } from "./stream-limits.ts";

/** A request makes up for so many idle frames, and so many bytes of a body for one: clients tell often what they have read. */
const FRAMES_FOR_ANSWER = 16;
const BYTES_FOR_FRAME = 256;

export class Patience {
  private readonly limits: StreamLimits;
  private resetsLeft: number;
  private idleFramesLeft: number;
  private waitingReplies = 0;

  constructor(limits: StreamLimits) {
    this.limits = limits;
    this.resetsLeft = limits.resetsMax;
    this.idleFramesLeft = limits.idleFramesMax;
  }

  reset(): Breach | undefined {
    return this.resetsLeft-- > 0 ? undefined : breaches.resets;
  }

  idleFrame(): Breach | undefined {
    return this.idleFramesLeft-- > 0 ? undefined : breaches.idleFrames;
  }

  /** Said to a client that does not read. */
  reply(isRead: boolean): Breach | undefined {
    this.waitingReplies = isRead ? 0 : this.waitingReplies + 1;
    return this.waitingReplies > this.limits.waitingRepliesMax ? breaches.waitingReplies : undefined;
  }

  answered(): void {
    this.resetsLeft = Math.min(this.resetsLeft + 1, this.limits.resetsMax);
    this.earn(FRAMES_FOR_ANSWER);
  }

  moved(bytes: number): void {
    this.earn(bytes / BYTES_FOR_FRAME);
  }

  private earn(frames: number): void {
    this.idleFramesLeft = Math.min(this.idleFramesLeft + frames, this.limits.idleFramesMax);
  }
}
