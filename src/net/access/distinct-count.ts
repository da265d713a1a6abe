// About how many different ones there were among many, in 256 bytes whatever their number (HyperLogLog): exact for a
// few, and wrong by a fifteenth for a million. It is told hashes and keeps none.

const REGISTERS = 256;
const FACTOR = 0.7213 / (1 + 1.079 / REGISTERS);

export class DistinctCount {
  /** The longest run of zeros that a hash of each register began with, and one. */
  private readonly runs = new Uint8Array(REGISTERS);

  /** 32 bits, all equally likely. */
  add(hash: number): void {
    const register = hash >>> 24;
    const run = Math.clz32((hash << 8) | 0x80) + 1;
    if (run > (this.runs[register] ?? 0)) this.runs[register] = run;
  }

  get estimate(): number {
    let sum = 0;
    let unused = 0;
    for (const run of this.runs) {
      sum += 2 ** -run;
      if (run === 0) unused++;
    }
    const many = (FACTOR * REGISTERS * REGISTERS) / sum;
    // While registers are empty, how many says more than how long the runs are.
    const few = many <= 2.5 * REGISTERS && unused > 0;
    return Math.round(few ? REGISTERS * Math.log(REGISTERS / unused) : many);
  }
}
