// Rules between accounts and the rest of the configuration: a grant names a service that there is. That a site is there,
// the reference in the grant says already.

import { didYouMean } from "../base/nearest.ts";
import type { Check } from "../metabase/change/check.ts";
import { locateNode } from "../metabase/tree/path.ts";
import { type View, valuesAt } from "../metabase/tree/view.ts";
import { type Problem, problem } from "../schema/decode.ts";
import { type Grant, printGrant } from "./grant.ts";
import { groupSection, userSection } from "./settings.ts";

export const accountChecks: readonly Check[] = [
  {
    name: "grants of users name services",
    of: "account/users/<name>",
    check: (view, path) => unknownServices(view, path, valuesAt(view, path, userSection).grants),
  },
  {
    name: "grants of groups name services",
    of: "account/groups/<name>",
    check: (view, path) => unknownServices(view, path, valuesAt(view, path, groupSection).grants),
  },
];

function unknownServices(view: View, path: string, grants: readonly Grant[]): readonly Problem[] {
  const services = Object.keys(view.model).filter((it) => locateNode(view.model, `${it}/sites/x`).ok);
  return grants.flatMap((grant, index) => {
    const { place } = grant;
    if (place.is === "everywhere" || services.includes(place.service)) return [];
    const wish = `a place at one of the services ${services.join(", ")}${didYouMean(place.service, services)}`;
    return [problem(`${path}/grants/${index}`, printGrant(grant), wish)];
  });
}
