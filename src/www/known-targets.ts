// What a site has made of the targets that it was asked for, once for each of them, as nearly all requests are for few. Within a
// bound for all sites of a worker together: strangers choose the targets.

const REMEMBERED_MAX = 20_000;
/** Of thousands of sites none is to forget its few pages because the others have some too. */
const REMEMBERED_PER_SITE = 8;
const REMEMBERED_LENGTH_MAX = 256;

type Remembered = Map<string, unknown>;

/** Sees that the sites of a worker do not remember too much together; then all of it is forgotten. */
export class TargetMemory {
  private readonly used = new Set<Remembered>();
  private count = 0;

  /** One more is about to be put in. */
  grows(remembered: Remembered): void {
    if (this.count >= Math.max(REMEMBERED_MAX, REMEMBERED_PER_SITE * this.used.size)) {
      for (const it of this.used) it.clear();
      this.used.clear();
      this.count = 0;
    }
    this.used.add(remembered);
    this.count++;
  }
}

export class KnownTargets<Made> {
  private readonly memory: TargetMemory;
  private readonly make: (target: string, isRemembered: boolean) => Made;
  private readonly remembered = new Map<string, Made>();

  constructor(memory: TargetMemory, make: (target: string, isRemembered: boolean) => Made) {
    this.memory = memory;
    this.make = make;
  }

  /** `target` is the path of a request, with its query. */
  of(target: string): Made {
    const known = this.remembered.get(target);
    if (known !== undefined) return known;
    const isRemembered = target.length <= REMEMBERED_LENGTH_MAX;
    const made = this.make(target, isRemembered);
    if (!isRemembered) return made;
    this.memory.grows(this.remembered);
    this.remembered.set(target, made);
    return made;
  }
}
