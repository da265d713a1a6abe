// Where a request is sent instead, as httpRedirect of IIS has it: a destination with variables, or rows of wildcards, each with its
// own. Pure. RFC 9110 §15.4 partly: 301, 302, 307 and 308.

export interface RedirectRow {
  /** Of the path below the folder that has the setting: "*" for any run of characters, "?" for one. */
  readonly wildcard: string;
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
  for (const { wildcard, destination } of rules.rows) {
    const captured = capture(wildcard, asked.below);
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

/**
 * What each "*" stands for, as long as can be; undefined where the text does not fit, letter case aside. It works from the end,
 * so that the time it takes grows with the lengths alone: the text comes from strangers.
 */
export function capture(wildcard: string, text: string): readonly string[] | undefined {
  const wanted = lowered(wildcard);
  const given = lowered(text);
  const size = given.length;
  /** By place in the wildcard: behind which letters of the text the rest of both fits. */
  const fits: Uint8Array[] = Array.from({ length: wanted.length + 1 }, () => new Uint8Array(size + 2));
  (fits[wanted.length] as Uint8Array)[size] = 1;
  for (let at = wanted.length - 1; at >= 0; at--) {
    const [here, behind] = [fits[at] as Uint8Array, fits[at + 1] as Uint8Array];
    const letter = wanted[at];
    for (let next = size; next >= 0; next--) {
      if (letter === "*") here[next] = (behind[next] ?? 0) | (here[next + 1] ?? 0);
      else if (next < size && (letter === "?" || letter === given[next])) here[next] = behind[next + 1] ?? 0;
    }
  }
  if (fits[0]?.[0] !== 1) return undefined;
  const found: string[] = [];
  let next = 0;
  for (let at = 0; at < wanted.length; at++) {
    if (wanted[at] !== "*") {
      next++;
      continue;
    }
    const end = (fits[at + 1] as Uint8Array).lastIndexOf(1);
    found.push(text.slice(next, end));
    next = end;
  }
  return found;
}

/** Letter by letter, so that a place in it is the same place in the text: "İ" alone would become two. */
const lowered = (text: string): string =>
  text
    .split("İ")
    .map((it) => it.toLowerCase())
    .join("İ");
