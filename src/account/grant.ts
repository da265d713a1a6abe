// A grant: one right at one place, written as `relay smtp/default`. A place is a site, a service with all its sites, or
// everything. Pure.
import { decodeName, encodeName } from "../metabase/tree/path.ts";
import { type Kind, textual } from "../schema/kind.ts";
import { type Right, rights } from "./rights.ts";

export type Place =
  | { readonly is: "everywhere" }
  | { readonly is: "service"; readonly service: string }
  | { readonly is: "site"; readonly service: string; readonly site: string };

export interface Grant {
  readonly right: Right;
  readonly place: Place;
}

export function parsePlace(text: string): Place | undefined {
  if (text === "*") return { is: "everywhere" };
  const [, service, step] = /^([a-z][a-zA-Z0-9]*)(?:\/([^/]+))?$/.exec(text) ?? [];
  if (service === undefined) return undefined;
  if (step === undefined) return { is: "service", service };
  const site = decodeName(step);
  return site === undefined ? undefined : { is: "site", service, site };
}

export function printPlace(place: Place): string {
  switch (place.is) {
    case "everywhere":
      return "*";
    case "service":
      return place.service;
    case "site":
      return `${place.service}/${encodeName(place.site)}`;
    default:
      return place satisfies never;
  }
}

export const placeKind: Kind<Place, string> = textual(
  "place",
  "* for everything, a service such as smtp, or a site such as smtp/default",
  "smtp/default",
  parsePlace,
  printPlace,
);

export const printGrant = ({ right, place }: Grant): string => `${right} ${printPlace(place)}`;

/** A site that a grant names cannot be removed: another of that name, made later, would come with the old rights. */
export const grantKind: Kind<Grant, string> = {
  ...textual(
    "grant",
    `a right (${rights.join(", ")}) and a place, such as "relay smtp/default" or "read *"`,
    "relay smtp/default",
    (text) => {
      const space = text.indexOf(" ");
      const right = rights.find((it) => it === text.slice(0, space));
      const place = parsePlace(text.slice(space + 1));
      return right === undefined || place === undefined ? undefined : { right, place };
    },
    printGrant,
  ),
  links: ({ place }) => (place.is === "site" ? [{ collection: `${place.service}/sites`, name: place.site }] : []),
};

/** Whether what is granted at `granted` holds at `wanted`. */
export function covers(granted: Place, wanted: Place): boolean {
  if (granted.is === "everywhere") return true;
  if (wanted.is === "everywhere" || granted.service !== wanted.service) return false;
  return granted.is === "service" || (wanted.is === "site" && granted.site === wanted.site);
}
