// Works through a pickup folder for as long as its site is there: at once when the system says that something came, within
// a second otherwise, and as soon as the folder can be used where it could not. What a look does is told elsewhere.
import { type FSWatcher, watch } from "node:fs";
import { attemptNow } from "../../spool/body-file.ts";
import type { Trouble } from "../../spool/trouble.ts";
import { PickupRound } from "./pickup-round.ts";
import type { PickupSite, PickupWorld } from "./pickup-site.ts";
import { PickupTeller } from "./pickup-teller.ts";
import { PickupWork } from "./pickup-work.ts";

/** With the time that a file rests it is less than a second. */
const LOOK_EVERY_MS = 400;
/** A file that is written in many pieces makes many notices. */
const TOGETHER_MS = 20;

export class PickupWatch {
  private readonly site: PickupSite;
  private readonly world: PickupWorld;
  private readonly teller: PickupTeller;
  private readonly end = new AbortController();
  private readonly ended: Promise<void>;
  private wake = () => {};
  private hasNews = false;

  constructor(site: PickupSite, world: PickupWorld) {
    this.site = site;
    this.world = world;
    this.teller = new PickupTeller(world.report, site.path, site.folder);
    this.ended = this.work();
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.end.abort();
    this.wake();
    await this.ended;
  }

  private async work(): Promise<void> {
    while (!this.end.signal.aborted) {
      const opened = await PickupWork.open(this.site.folder);
      const trouble = opened.ok ? await this.workIn(opened.value) : opened.error;
      if (trouble === undefined) return;
      this.teller.unusable(trouble);
      await this.rest();
    }
  }

  /** Until it is closed, or the folder is not any more what it was. */
  private async workIn(work: PickupWork): Promise<Trouble | undefined> {
    const { signal } = this.end;
    if (work.isOpenToAll) this.teller.openToAll();
    const watcher = this.watched();
    try {
      const round = new PickupRound(this.site, this.world, work, this.teller);
      while (!signal.aborted) {
        const begunMs = this.world.clock.steadyMs();
        const done = await round.run(signal);
        if (!done.ok) return done.error;
        this.teller.usable();
        if (done.value === 0) await this.rest(this.world.clock.steadyMs() - begunMs);
      }
      return undefined;
    } finally {
      watcher?.close();
      work.close();
    }
  }

  private watched(): FSWatcher | undefined {
    const watcher = attemptNow(() =>
      watch(this.site.folder, { persistent: false }, () => {
        this.hasNews = true;
        this.wake();
      }),
    );
    if (!watcher.ok) return undefined; // too many are watched on this machine: looking does as well
    watcher.value.on("error", () => {});
    return watcher.value;
  }

  /** Until something comes, or it is time to look; a folder that takes long to look through is looked through less often. */
  private rest(atLeastMs = 0): Promise<void> {
    const { clock } = this.world;
    return new Promise((resolve) => {
      if (this.end.signal.aborted) return resolve();
      const cancel = clock.after(Math.max(LOOK_EVERY_MS, atLeastMs), resolve);
      this.wake = () => {
        this.wake = () => {};
        cancel();
        if (this.end.signal.aborted) resolve();
        else clock.after(Math.max(TOGETHER_MS, atLeastMs), resolve);
      };
      if (this.hasNews) this.wake();
      this.hasNews = false;
    });
  }
}
