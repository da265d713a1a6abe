// Whom a change concerns: services by what they state themselves, sites by what is theirs, below them or inherited.
// A site that is not named here keeps running untouched.
import { inheritorsOf } from "./inheritors.ts";
import { changedKeys, type NodeDifference } from "./node.ts";
import { locateNode, siteOf } from "./path.ts";
import type { View } from "./view.ts";

export interface Affected {
  /** Top sections that state something else: "smtp". */
  readonly services: ReadonlySet<string>;
  /** Sites and other entries directly below a top section, also those that are gone: "smtp/sites/default". */
  readonly sites: ReadonlySet<string>;
}

/** `view` is the tree after the change. */
export function affectedBy(view: View, differences: readonly NodeDifference[]): Affected {
  const services = new Set<string>();
  const sites = new Set<string>();
  for (const it of differences) {
    const place = locateNode(view.model, it.path);
    if (!place.ok) continue;
    const site = siteOf(place.value);
    if (site !== undefined) sites.add(site.path);
    else {
      services.add(it.path);
      for (const heir of inheritorsOf(view, place.value, changedKeys(it))) sites.add(siteOf(heir)?.path ?? heir.path);
    }
  }
  return { services, sites };
}
