// The mail site that an operation is about: `default` where none is named.
import { bad, good, type Result } from "../../base/result.ts";
import { sitePath } from "../../metabase/tree/path.ts";
import { text } from "../../schema/kinds/plain.ts";
import type { Configuration } from "../configuration.ts";
import { type Given, optional, type Refusal, refusal } from "../operation.ts";
import type { SitePlan } from "../site-control.ts";

const SERVICE = "smtp";

export const siteParameter = { site: optional(text({ min: 1, max: 255 }), "The site; default without it.") };

export interface NamedSite {
  readonly name: string;
  /** "smtp/sites/default". */
  readonly path: string;
  readonly plan: SitePlan;
}

export function mailSiteOf(configuration: Configuration, given: Given): Result<NamedSite, Refusal> {
  const name = given.site === undefined ? "default" : String(given.site);
  if (!configuration.hasSite(SERVICE, name))
    return bad(refusal("unknown", `There is no site ${SERVICE}/${name}. See what there is: inetsrv status`));
  const plan = configuration.sitePlan(SERVICE, name);
  return good({ name, path: sitePath(SERVICE, name), plan });
}
