// What the settings of content mean for a request, put together once for each revision of a site or virtual directory. Pure.
import { resolve } from "node:path";
import { httpDate } from "../../proto/http/content/http-date.ts";
import type { Field } from "../../proto/http/request.ts";
import { fitsPattern } from "../../schema/kinds/place.ts";
import type { ContentValues } from "./content-settings.ts";
import { type ErrorRules, errorRules } from "./error/error-rules.ts";
import type { EntityTagForm } from "./file/entity-tags.ts";
import type { LinkRule } from "./file/open-inside.ts";
import type { ListingFacts } from "./folder/listing-columns.ts";
import { withCharset } from "./mime/charset.ts";
import { MimeMap } from "./mime/mime-map.ts";
import type { RedirectRules } from "./redirect/redirect.ts";

export interface ContentRules {
  readonly documents: readonly string[];
  readonly browsing: boolean;
  readonly browsingMax: number;
  readonly browsingFacts: ListingFacts;
  readonly hiddenFiles: boolean;
  readonly links: LinkRule;
  readonly ignoreCase: boolean;
  /** The Content-Type of a file; undefined where it is not served. */
  typeOf(fileName: string): string | undefined;
  readonly entityTag: EntityTagForm;
  /** Cache-Control and Expires of what is sent. */
  readonly cacheFields: readonly Field[];
  readonly customFields: readonly Field[];
  readonly redirectFields: readonly Field[];
  /** Undefined: nothing is redirected. */
  readonly redirect: RedirectRules | undefined;
  readonly errors: ErrorRules;
  readonly precompressed: boolean;
  /** Whether it is worth compressing. */
  isCompressed(type: string, bytes: number): boolean;
  readonly checkIntervalMs: number;
}

/** What is stated relative hangs on the home. */
export function contentRules(values: ContentValues, home: string): ContentRules {
  const mimeMap = new MimeMap(values.mimeMap);
  const isWorthIt = once((type: string) => values.compressionTypes.some((it) => fitsPattern(it, type)));
  return {
    documents: values.defaultDocuments,
    browsing: values.directoryBrowsing,
    browsingMax: values.directoryBrowsingMax,
    browsingFacts: new Set(values.directoryBrowsingShows),
    hiddenFiles: values.hiddenFiles,
    links: values.links,
    ignoreCase: values.ignoreCase,
    typeOf(fileName) {
      const type = mimeMap.typeOf(fileName);
      return type && withCharset(type, values.charset);
    },
    entityTag: values.entityTag,
    cacheFields: cacheFields(values),
    customFields: values.customHeaders,
    redirectFields: values.redirectHeaders,
    redirect: redirectRules(values),
    errors: errorRules(values, (path) => resolve(home, path)),
    precompressed: values.precompressed,
    isCompressed: (type, bytes) =>
      values.compression && bytes >= values.compressionMinSize && isWorthIt(type.split(";", 1)[0] ?? ""),
    checkIntervalMs: values.fileCheckInterval,
  };
}

/** RFC 9111 §5.2, §5.3 */
function cacheFields(values: ContentValues): readonly Field[] {
  const { clientCache, clientCacheMaxAge, clientCacheUntil, cacheControl } = values;
  const directives = [cacheControl];
  if (clientCache === "disable") directives.push("no-cache");
  if (clientCache === "max-age") directives.push(`max-age=${Math.floor(clientCacheMaxAge / 1000)}`);
  const control = directives.filter((it) => it !== "").join(", ");
  const fields: Field[] = control === "" ? [] : [["Cache-Control", control]];
  if (clientCache === "until" && clientCacheUntil !== null) fields.push(["Expires", httpDate(clientCacheUntil)]);
  return fields;
}

function redirectRules(values: ContentValues): RedirectRules | undefined {
  const { redirect, redirectRules: rows, redirectExact: exact, redirectChildOnly: childOnly, redirectStatus } = values;
  if (redirect === null && rows.length === 0) return undefined;
  const status = Number(redirectStatus) as RedirectRules["status"];
  return { destination: redirect ?? undefined, exact, childOnly, status, rows };
}

/** There are a few hundred types, each asked for again and again. */
function once(decide: (type: string) => boolean): (type: string) => boolean {
  const decided = new Map<string, boolean>();
  return (type) => {
    const known = decided.get(type) ?? decide(type);
    decided.set(type, known);
    return known;
  };
}
