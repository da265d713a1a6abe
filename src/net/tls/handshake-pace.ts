// How many handshakes begin in one turn of the event loop. The runtime goes on with five in a turn, and with those first that came
// last: where more begin than that, the first ones wait until the crowd is gone.

/** Fewer than those five, so that none is left over. */
const AT_ONCE_MAX = 4;

export class HandshakePace {
  /** In the order in which they came. */
  private readonly waiting: (() => void)[] = [];
  private begunInTurn = 0;

  /** Now, or in one of the next turns. */
  begin(it: () => void): void {
    if (this.begunInTurn === 0) setImmediate(this.turn);
    if (this.begunInTurn < AT_ONCE_MAX) {
      this.begunInTurn++;
      it();
    } else this.waiting.push(it);
  }

  private readonly turn = (): void => {
    const next = this.waiting.splice(0, AT_ONCE_MAX);
    this.begunInTurn = next.length;
    if (next.length > 0) setImmediate(this.turn);
    for (const it of next) it();
  };
}
