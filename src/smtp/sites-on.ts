// The mail sites that a start would open, for those who look at the tree alone.
import { sortedEntries, type View, valuesAt } from "../metabase/tree/view.ts";
import { type SmtpSiteValues, smtpSection, smtpSite } from "./settings.ts";

/** None where the whole service is off. */
export function sitesThatAreOn(view: View): readonly (readonly [path: string, values: SmtpSiteValues])[] {
  if (!valuesAt(view, "smtp", smtpSection).enabled) return [];
  return sortedEntries(view, "smtp/sites")
    .map((path) => [path, valuesAt(view, path, smtpSite)] as const)
    .filter(([, values]) => values.autoStart);
}
