// What a client may send of bodies, and is told when it may send more: RFC 9113 §5.2, §6.9 done. What comes where nobody listens any more
// is let pass, and counted all the same.
import type { Shared } from "../../http/connection/door.ts";
import { WINDOW_BYTES } from "../frame/frame-kinds.ts";
import { writeWindowUpdate } from "../frame/frame-writer.ts";
import { ReceiveWindow } from "./receive-window.ts";
import type { Stream } from "./stream.ts";
import type { StreamLimits } from "./stream-limits.ts";

/** Of so many streams that ended here first it is known that the client may still send. */
const LEFT_MAX = 1000;

export class Receiving {
  private readonly shared: Shared;
  private readonly limits: StreamLimits;
  /** For all bodies together. */
  private readonly window = new ReceiveWindow(WINDOW_BYTES);
  private takenBytes = 0;
  private readonly left = new Set<number>();

  constructor(shared: Shared, limits: StreamLimits) {
    this.shared = shared;
    this.limits = limits;
  }

  open(): void {
    writeWindowUpdate(this.shared.outbox, 0, this.window.grow(this.limits.connectionWindowBytes));
  }

  /** False: it is more than was allowed. */
  came(bytes: number): boolean {
    return this.window.came(bytes);
  }

  /** So many bytes more may be sent, in whichever stream. */
  taken(bytes: number): void {
    this.takenBytes += bytes;
  }

  /** A stream has ended, and the client does not know it yet. */
  leave(id: number): void {
    this.left.add(id);
    const [eldest] = this.left;
    if (this.left.size > LEFT_MAX && eldest !== undefined) this.left.delete(eldest);
  }

  hasLeft(id: number): boolean {
    return this.left.has(id);
  }

  /** The client sends nothing more there. */
  forget(id: number): void {
    this.left.delete(id);
  }

  tell(): void {
    const told = this.window.taken(this.takenBytes);
    this.takenBytes = 0;
    if (told > 0) writeWindowUpdate(this.shared.outbox, 0, told);
  }

  /** Only what was taken may be followed by more; of a body that is being taken, more may be under way. */
  tellOf(stream: Stream): void {
    const { id, body, receiveWindow, takenBytes, inputOver } = stream;
    stream.takenBytes = 0;
    if (inputOver || body === undefined) return;
    const { takenWindowBytes } = this.limits;
    const { size } = receiveWindow;
    const isTaken = body.state === "reading" || body.state === "busy";
    const grows = isTaken && size < takenWindowBytes && (body.length === undefined || body.length > size);
    const told = receiveWindow.taken(takenBytes) + (grows ? receiveWindow.grow(takenWindowBytes) : 0);
    if (told > 0) writeWindowUpdate(this.shared.outbox, id, told);
  }
}
