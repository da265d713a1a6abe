// Gathers what is said in one burst of work, so that it leaves in one write. One serves all connections of a process, one
// after the other, and costs an idle connection nothing.

export interface Sink {
  /**
   * Takes all of it. False: the peer does not keep up, and nothing more should be said until it has. Where they do not stay,
   * it has no need of these bytes any more when it returns; else they do not change before the peer has them.
   */
  write(bytes: Buffer, stays: boolean): boolean;
}

const BYTES = 64 * 1024;

export class Outbox {
  /** All bytes that were ever put in: a difference of two is what was said in between. */
  total = 0;
  /** The peer of this burst does not keep up. */
  blocked = false;
  private readonly bytes = Buffer.allocUnsafeSlow(BYTES);
  private used = 0;
  private sink: Sink | undefined;

  begin(sink: Sink): void {
    if (this.sink !== undefined) throw new Error("two connections speak at once");
    this.sink = sink;
    this.blocked = false;
  }

  /** What was said leaves; false where the peer does not keep up. */
  end(): boolean {
    this.flush();
    this.sink = undefined;
    return !this.blocked;
  }

  /** One character per byte. */
  text(text: string): void {
    if (text.length > BYTES) return this.add(Buffer.from(text, "latin1"));
    if (text.length > BYTES - this.used) this.flush();
    this.bytes.write(text, this.used, "latin1");
    this.used += text.length;
    this.total += text.length;
  }

  /** Is copied as far as it fills the write that is under way; what is larger leaves as it is. See `Sink` for what stays. */
  add(bytes: Buffer, from = 0, to = bytes.length, stays = false): void {
    this.total += to - from;
    let at = from;
    if (this.used > 0 || to - at < BYTES) {
      at += this.copy(bytes, at, to);
      if (at === to) return;
      this.flush();
    }
    if (to - at >= BYTES) this.write(bytes.subarray(at, to), stays);
    else this.copy(bytes, at, to);
  }

  /** As much as there is room for. */
  private copy(bytes: Buffer, from: number, to: number): number {
    const taken = Math.min(to - from, BYTES - this.used);
    bytes.copy(this.bytes, this.used, from, from + taken);
    this.used += taken;
    return taken;
  }

  private flush(): void {
    if (this.used === 0) return;
    const { used } = this;
    this.used = 0;
    this.write(this.bytes.subarray(0, used), false);
  }

  private write(bytes: Buffer, stays: boolean): void {
    if (this.sink === undefined) throw new Error("nobody is spoken to");
    if (!this.sink.write(bytes, stays)) this.blocked = true;
  }
}
