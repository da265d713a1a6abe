// Brakes storms of notices: so many to one sender in a minute, and so many in all. What is above is for the bad mail, so
// that nothing is lost and nobody is flooded; it only counts.
const PER_SENDER_MAX = 60;
const IN_ALL_MAX = 600;
const WINDOW_MS = 60_000;
const SENDERS_MAX = 5000;

export class NoticeBrake {
  private windowMs = Number.NEGATIVE_INFINITY;
  private all = 0;
  private readonly bySender = new Map<string, number>();

  /** "first-refused" once a minute, so that it is told once. */
  take(sender: string, nowMs: number): "allowed" | "refused" | "first-refused" {
    if (nowMs - this.windowMs >= WINDOW_MS) {
      this.windowMs = nowMs;
      this.all = 0;
      this.bySender.clear();
    }
    const key = sender.toLowerCase();
    const sent = this.bySender.get(key) ?? 0;
    if (this.bySender.size < SENDERS_MAX || sent > 0) this.bySender.set(key, sent + 1);
    this.all++;
    if (sent < PER_SENDER_MAX && this.all <= IN_ALL_MAX) return "allowed";
    return sent === PER_SENDER_MAX || this.all === IN_ALL_MAX + 1 ? "first-refused" : "refused";
  }
}
