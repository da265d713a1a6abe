// The sites that a start would open, with the settings that all of them have. Reads the tree, knows no service by name.
import type { Metabase } from "../metabase/metabase.ts";
import { nameOf } from "../metabase/tree/path.ts";
import { sortedEntries, valuesAt } from "../metabase/tree/view.ts";
import type { Values } from "../schema/section.ts";
import type { Service } from "../service/service.ts";
import type { SiteValues } from "../service/site-settings.ts";

export interface FoundSite {
  readonly service: Service;
  readonly name: string;
  /** "www/sites/default" */
  readonly path: string;
  readonly values: SiteValues;
}

const known = new WeakMap<Metabase, readonly FoundSite[]>();

/** Those that are on, as their service is. Many checks ask, and thousands of sites take a while. */
export function sitesOf(metabase: Metabase, services: readonly Service[]): readonly FoundSite[] {
  const found = known.get(metabase) ?? find(metabase, services);
  known.set(metabase, found);
  return found;
}

function find({ view }: Metabase, services: readonly Service[]): readonly FoundSite[] {
  return services.flatMap((service) => {
    const { enabled } = valuesAt(view, service.name, service.section) as unknown as { readonly enabled: boolean };
    if (!enabled) return [];
    return sortedEntries(view, `${service.name}/sites`).flatMap((path) => {
      const values: Values<typeof service.siteSection> = valuesAt(view, path, service.siteSection);
      return values.autoStart ? [{ service, name: nameOf(path), path, values }] : [];
    });
  });
}
