// Request filtering: one row for each reason to refuse, with the setting that decides it. A directory makes its rules ready
// once; what a rule says is the same for whoever answers and for whoever asks why.
import { sharing } from "../../base/sharing.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import { type FilterValues, filterSettings } from "./filter-settings.ts";
import { containsOneOf, extensionOf, isFile, lowered, unescapedQuery } from "./filter-texts.ts";
import type { Filtered, Refuses } from "./filtered.ts";
import { scanHeaders, scanQuery, scanUrl } from "./filtering-rules.ts";

/** A row that has something to refuse in a directory. */
export interface FilterRule extends FilterRow {
  readonly refuses: Refuses;
}

const filterKeys = Object.keys(filterSettings) as (keyof FilterValues)[];

const rulesAbout = (about: FilterRow["about"]) =>
  sharing<FilterValues, keyof FilterValues, readonly FilterRule[]>(filterKeys, (values) =>
    filterRows.flatMap((it) => {
      const refuses = it.about === about ? it.prepare(values) : undefined;
      return refuses === undefined ? [] : [{ ...it, refuses }];
    }),
  );

const rules = { path: rulesAbout("path"), request: rulesAbout("request") };

export const filterRules = (values: FilterValues, about: FilterRow["about"]): readonly FilterRule[] =>
  rules[about](values);

export interface FilterRow {
  readonly setting: keyof FilterValues;
  /** A rule about the path alone says the same whoever asks. */
  readonly about: "path" | "request";
  readonly refusal: Refusal;
  /** Undefined where the settings let everything through. */
  prepare(values: FilterValues): Refuses | undefined;
}

type Prepare = FilterRow["prepare"];

const rowAbout =
  (about: FilterRow["about"], unless: (prepare: Prepare) => Prepare = (prepare) => prepare) =>
  (setting: keyof FilterValues, substatus: number, because: string, prepare: Prepare): FilterRow => ({
    setting,
    about,
    refusal: { status: 404, substatus, because, close: false },
    prepare: unless(prepare),
  });

/** Of IIS: what is on these lists is not held against the rules about paths, or about queries. */
const unlessIn =
  (listed: (values: FilterValues) => readonly string[], part: (it: Filtered) => string) =>
  (prepare: Prepare): Prepare =>
  (values) => {
    const refuses = prepare(values);
    const exempt = lowered(listed(values));
    if (refuses === undefined || exempt.size === 0) return refuses;
    return (it) => !exempt.has(part(it).toLowerCase()) && refuses(it);
  };

const row = rowAbout(
  "path",
  unlessIn(
    (values) => values.alwaysAllowedUrls,
    ({ path }) => path.path,
  ),
);
const queryRow = rowAbout(
  "path",
  unlessIn(
    (values) => values.alwaysAllowedQueryStrings,
    ({ path }) => path.query,
  ),
);
const requestRow = rowAbout("request");

/** In the order in which they are asked: those about the path, and then those about the request. */
export const filterRows: readonly FilterRow[] = [
  row("maxUrl", 14, "The path is longer than is taken here", ({ maxUrl }) => {
    return ({ raw }) => lengthOfPath(raw) > maxUrl;
  }),
  queryRow("maxQueryString", 15, "The query is longer than is taken here", ({ maxQueryString }) => {
    return ({ path }) => path.query.length > maxQueryString;
  }),
  row("allowDoubleEscaping", 11, "The path changes when it is decoded twice, or holds a +", (values) =>
    values.allowDoubleEscaping ? undefined : ({ path }) => /%[0-9A-Fa-f]{2}|\+/.test(path.path),
  ),
  row("allowHighBitCharacters", 12, "The path holds characters beyond ASCII", (values) =>
    values.allowHighBitCharacters ? undefined : ({ path }) => /[^\0-\x7f]/.test(path.path),
  ),
  row("denyUrlSequences", 5, "The path holds a sequence that is refused", ({ denyUrlSequences }) => {
    const isDenied = containsOneOf(denyUrlSequences);
    return denyUrlSequences.length === 0 ? undefined : ({ path }) => isDenied(path.path);
  }),
  queryRow("denyQueryStringSequences", 18, "The query holds a sequence that is refused", (values) => {
    const { denyQueryStringSequences, unescapeQueryString } = values;
    const isDenied = containsOneOf(denyQueryStringSequences);
    if (denyQueryStringSequences.length === 0) return undefined;
    return ({ path: { query } }) => isDenied(query) || (unescapeQueryString && isDenied(unescapedQuery(query)));
  }),
  row("filteringRules", 19, "The path holds what a filtering rule refuses", scanUrl),
  queryRow("filteringRules", 19, "The query holds what a filtering rule refuses", scanQuery),
  row("allowedFileExtensions", 7, "The file extension is not one of those allowed", ({ allowedFileExtensions }) => {
    const allowed = allowedFileExtensions && lowered(allowedFileExtensions);
    return allowed === null ? undefined : ({ path }) => isFile(path) && !allowed.has(extensionOf(path));
  }),
  row("deniedFileExtensions", 7, "The file extension is refused", ({ deniedFileExtensions }) => {
    const denied = lowered(deniedFileExtensions);
    return denied.size === 0 ? undefined : ({ path }) => isFile(path) && denied.has(extensionOf(path));
  }),
  row("hiddenSegments", 8, "The path holds a hidden segment", ({ hiddenSegments }) => {
    const hidden = lowered(hiddenSegments);
    return hidden.size === 0 ? undefined : ({ path }) => path.segments.some((it) => hidden.has(it.toLowerCase()));
  }),
  requestRow("allowedVerbs", 6, "The verb is not one of those allowed", ({ allowedVerbs }) => {
    const allowed = allowedVerbs && new Set(allowedVerbs);
    return allowed === null ? undefined : ({ method }) => !allowed.has(method);
  }),
  requestRow("deniedVerbs", 6, "The verb is refused", ({ deniedVerbs }) => {
    const denied = lowered(deniedVerbs);
    return denied.size === 0 ? undefined : ({ method }) => denied.has(method.toLowerCase());
  }),
  requestRow("headerLimits", 10, "A header is longer than is taken here", ({ headerLimits }) =>
    headerLimits.length === 0
      ? undefined
      : ({ fields }) => headerLimits.some(({ header, bytesMax }) => (fields.header(header)?.length ?? 0) > bytesMax),
  ),
  requestRow("filteringRules", 19, "A header holds what a filtering rule refuses", scanHeaders),
  requestRow(
    "maxAllowedContentLength",
    13,
    "The body is longer than is taken here",
    ({ maxAllowedContentLength: max }) => {
      return ({ contentLength }) => contentLength !== undefined && contentLength > max;
    },
  ),
];

function lengthOfPath(raw: string): number {
  const question = raw.indexOf("?");
  return question < 0 ? raw.length : question;
}
