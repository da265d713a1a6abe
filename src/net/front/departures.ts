// What is said to many clients in one turn of the loop leaves together when the turn ends, or some more of them wait. Each send
// wakes a client, or the card that leads to it, and leaves little of our own code in the processor's caches: a busy server does
// up to a fifth more when it first works and then sends.

/** Whoever speaks; its words leave in the order in which they were put in. */
export interface Speaker {
  /** Where those lie that have not left; kept by the departures alone. The same number twice where there are none. */
  waitsFrom: number;
  waitsTo: number;
  /** Sends them now: the bytes are another's afterwards. */
  depart(words: Buffer): void;
}

const ROOM_BYTES = 64 * 1024;
/** What is more goes by itself: it would cost more to copy than is gained. */
const WORDS_BYTES_MAX = 8 * 1024;
/** So many lose nearly nothing to more of them, and the first one does not wait for hundreds. */
const SPEAKERS_MAX = 16;

export class Departures {
  private readonly room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  private used = 0;
  private readonly speakers: Speaker[] = [];
  private isTurnAwaited = false;

  /** False where the words have to leave by themselves; all that waits of this speaker has left then. */
  take(speaker: Speaker, words: Buffer): boolean {
    const { length } = words;
    const hasRoom = length <= WORDS_BYTES_MAX && length <= ROOM_BYTES - this.used;
    const isFirst = speaker.waitsFrom === speaker.waitsTo;
    if (!hasRoom || (!isFirst && speaker.waitsTo !== this.used)) {
      this.leave(speaker);
      return false;
    }
    words.copy(this.room, this.used);
    if (isFirst) speaker.waitsFrom = this.used;
    this.used += length;
    speaker.waitsTo = this.used;
    if (isFirst) this.add(speaker);
    return true;
  }

  /** What waits of this one leaves now. */
  leave(speaker: Speaker): void {
    const { waitsFrom, waitsTo } = speaker;
    if (waitsFrom === waitsTo) return;
    speaker.waitsFrom = waitsTo;
    speaker.depart(this.room.subarray(waitsFrom, waitsTo));
  }

  private add(speaker: Speaker): void {
    if (this.speakers.push(speaker) === SPEAKERS_MAX) return this.leaveAll();
    if (this.isTurnAwaited) return;
    this.isTurnAwaited = true;
    setImmediate(this.turnEnds);
  }

  private readonly turnEnds = (): void => {
    this.isTurnAwaited = false;
    this.leaveAll();
  };

  private leaveAll(): void {
    for (const it of this.speakers) this.leave(it);
    this.speakers.length = 0;
    this.used = 0;
  }
}
