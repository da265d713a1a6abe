// The pickup folders of all sites, in the one process that delivers. A changed site ends its old watcher before the new one
// begins; sites are named by their paths.
import type { PickupSite, PickupWorld } from "./pickup-site.ts";
import { PickupWatch } from "./pickup-watch.ts";

export interface Pickup {
  /** A new site, or one whose settings have changed. */
  follow(site: PickupSite): void;
  forget(path: string): void;
  /** Resolves when no file is under way any more; those that are left wait for the next one who opens it. */
  close(): Promise<void>;
}

export function openPickup(world: PickupWorld): Pickup {
  /** The last step for each site, so that steps of one site follow each other. */
  const steps = new Map<string, Promise<PickupWatch | undefined>>();
  let isOver = false;
  const step = (path: string, next: () => PickupWatch | undefined): void => {
    const before = steps.get(path) ?? Promise.resolve(undefined);
    const step = before.then(async (watch) => {
      await watch?.close();
      return isOver ? undefined : next();
    });
    steps.set(path, step);
  };
  return {
    follow: (site) => step(site.path, () => new PickupWatch(site, world)),
    forget: (path) => step(path, () => undefined),
    async close() {
      isOver = true;
      for (const path of steps.keys()) step(path, () => undefined);
      await Promise.all(steps.values());
    },
  };
}
