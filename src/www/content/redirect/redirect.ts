// Where a request is sent instead, as httpRedirect of IIS has it: a destination with variables, or rows of wildcards, each with its
// own. Pure. RFC 9110 §15.4 partly: 301, 302, 307 and 308.
import { Folded, type Wildcard } from "./wildcard.ts";

export interface RedirectRow {
  /** Of the path below the folder that has the setting. */
  readonly wildcard: Wildcard;
  readonly destination: string;
}

export interface RedirectRules {
  /** For all that no row takes; undefined where there is none. */
  readonly destination: string | undefined;
  /** Nothing of the path that was asked for is put behind the destination. */
  readonly exact: boolean;
  /** Only what lies in the folder itself is sent away, and not what is in folders below it. */
  readonly childOnly: boolean;
  readonly status: 301 | 302 | 307 | 308;
  readonly rows: readonly RedirectRow[];
}

/** What of the path was asked for below the folder that has the rules: "/a/b.htm", decoded; and all of it as it was said. */
export interface Asked {
  readonly below: string;
  readonly path: string;
  readonly query: string;
}

/** The Location; undefined where the request goes on. */
export function redirectTo(rules: RedirectRules, asked: Asked): string | undefined {
  const below = new Folded(asked.below);
  for (const { wildcard, destination } of rules.rows) {
    const captured = wildcard.capture(below);
    if (captured !== undefined) return said(destination, asked, captured);
  }
  const { destination, exact, childOnly } = rules;
  if (destination === undefined || (childOnly && asked.below.lastIndexOf("/") > 0)) return undefined;
  const base = said(destination, asked, []);
  if (base === undefined || exact || VARIABLE.test(destination)) return base;
  return `${base.replace(/\/$/, "")}${encodePath(asked.below)}${withMark(asked.query)}`;
}

const VARIABLE = /\$[PQSV0-9]/;

/** Of IIS: "!" in front means that the request is left alone. */
function said(destination: string, asked: Asked, captured: readonly string[]): string | undefined {
  if (destination.startsWith("!")) return undefined;
  const made = destination.replaceAll(/\$([PQSV0-9])/g, (_, name: string) => variable(name, asked, captured));
  // What was meant as a path must not come to name a host.
  return /^https?:/i.test(destination) ? made : made.replace(/^\/{2,}/, "/");
}

function variable(name: string, { below, path, query }: Asked, captured: readonly string[]): string {
  switch (name) {
    case "P":
      return query;
    case "Q":
      return withMark(query);
    case "S":
      return encodePath(below);
    case "V":
      return encodePath(path);
    default:
      return encodePath(captured[Number(name)] ?? "");
  }
}

/** A query as it stands behind a path. */
export const withMark = (query: string): string => (query === "" ? "" : `?${query}`);

/** As it may stand in a Location, so that a decoded name cannot become more than a path; one with "//" in front names a host. */
export const encodePath = (path: string): string =>
  path
    .toWellFormed()
    .replaceAll(/[^\w/.~!$&'()*+,;=:@-]/gu, (it) => encodeURIComponent(it))
    .replace(/^\/{2,}/, "/");
