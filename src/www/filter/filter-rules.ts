// Request filtering: one row for each reason to refuse, with the setting that decides it. A directory makes its rules ready
// once; what a rule says is the same for whoever answers and for whoever asks why.
import type { Refusal } from "../../proto/http/refusal.ts";
import type { TargetPath } from "../../proto/http/target/target-path.ts";
import type { FilterValues } from "./filter-settings.ts";

/** What of a request the rules look at. */
export interface Filtered {
  readonly path: TargetPath;
  /** Path and query as they were said. */
  readonly raw: string;
  readonly method: string;
  readonly contentLength: number | undefined;
}

export type Refuses = (it: Filtered) => boolean;

/** A row that has something to refuse in a directory. */
export interface FilterRule extends FilterRow {
  readonly refuses: Refuses;
}

export const filterRules = (values: FilterValues, about: FilterRow["about"]): readonly FilterRule[] =>
  filterRows.flatMap((it) => {
    const refuses = it.about === about ? it.prepare(values) : undefined;
    return refuses === undefined ? [] : [{ ...it, refuses }];
  });

export interface FilterRow {
  readonly setting: keyof FilterValues;
  /** A rule about the path alone says the same whoever asks. */
  readonly about: "path" | "request";
  readonly refusal: Refusal;
  /** Undefined where the settings let everything through. */
  prepare(values: FilterValues): Refuses | undefined;
}

const rowAbout =
  (about: FilterRow["about"]) =>
  (setting: keyof FilterValues, substatus: number, because: string, prepare: FilterRow["prepare"]): FilterRow => ({
    setting,
    about,
    refusal: { status: 404, substatus, because, close: false },
    prepare,
  });
const row = rowAbout("path");
const requestRow = rowAbout("request");

/** In the order in which they are asked: those about the path, and then those about the request. */
export const filterRows: readonly FilterRow[] = [
  row("maxUrl", 14, "The path is longer than is taken here", ({ maxUrl }) => {
    return ({ raw }) => lengthOfPath(raw) > maxUrl;
  }),
  row("maxQueryString", 15, "The query is longer than is taken here", ({ maxQueryString }) => {
    return ({ path }) => path.query.length > maxQueryString;
  }),
  row("allowDoubleEscaping", 11, "The path changes when it is decoded twice, or holds a +", (values) =>
    values.allowDoubleEscaping ? undefined : ({ path }) => /%[0-9A-Fa-f]{2}|\+/.test(path.path),
  ),
  row("allowHighBitCharacters", 12, "The path holds characters beyond ASCII", (values) =>
    values.allowHighBitCharacters ? undefined : ({ path }) => /[^\0-\x7f]/.test(path.path),
  ),
  row("denyUrlSequences", 5, "The path holds a sequence that is refused", ({ denyUrlSequences }) =>
    holdsOneOf(denyUrlSequences, ({ path }) => [path.path]),
  ),
  row("denyQueryStringSequences", 18, "The query holds a sequence that is refused", ({ denyQueryStringSequences }) =>
    holdsOneOf(denyQueryStringSequences, ({ path: { query } }) => [query, decoded(query)]),
  ),
  row("allowedFileExtensions", 7, "The file extension is not one of those allowed", ({ allowedFileExtensions }) => {
    const allowed = allowedFileExtensions && lowered(allowedFileExtensions);
    return allowed === null ? undefined : ({ path }) => isFile(path) && !allowed.has(extensionOf(path) || ".");
  }),
  row("deniedFileExtensions", 7, "The file extension is refused", ({ deniedFileExtensions }) => {
    const denied = lowered(deniedFileExtensions);
    return denied.size === 0 ? undefined : ({ path }) => isFile(path) && denied.has(extensionOf(path) || ".");
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
    const denied = new Set(deniedVerbs);
    return denied.size === 0 ? undefined : ({ method }) => denied.has(method);
  }),
  requestRow(
    "maxAllowedContentLength",
    13,
    "The body is longer than is taken here",
    ({ maxAllowedContentLength: max }) => {
      return ({ contentLength }) => contentLength !== undefined && contentLength > max;
    },
  ),
];

const lowered = (words: readonly string[]): ReadonlySet<string> => new Set(words.map((it) => it.toLowerCase()));

function holdsOneOf(sequences: readonly string[], texts: (it: Filtered) => readonly string[]): Refuses | undefined {
  if (sequences.length === 0) return undefined;
  const sought = [...lowered(sequences)];
  return (it) => texts(it).some((text) => sought.some((sequence) => text.toLowerCase().includes(sequence)));
}

function lengthOfPath(raw: string): number {
  const question = raw.indexOf("?");
  return question < 0 ? raw.length : question;
}

const isFile = ({ segments, isFolder }: TargetPath): boolean => !isFolder && segments.length > 0;

/** ".html"; "" where there is none. */
function extensionOf({ segments }: TargetPath): string {
  const name = segments.at(-1) ?? "";
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot).toLowerCase();
}

/** What is no escape stays as it is. */
const decoded = (query: string): string =>
  query
    .replaceAll("+", " ")
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
