// What of a request is refused before anybody looks for a file: the request filtering of IIS. Definitions only; the rules
// that read them stand in filter-rules.ts.
import { list } from "../../schema/kinds/group.ts";
import { byteSize } from "../../schema/kinds/measure.ts";
import { flag, whole } from "../../schema/kinds/plain.ts";
import { type Setting, setting } from "../../schema/section.ts";
import { extensions, filteringRules, headerLimit, segments, words } from "./filter-kinds.ts";

const facts = { since: "0.1", applies: "live" } as const;

/** What IIS refuses. */
const hidden = ["web.config", "bin", "App_code", "App_GlobalResources", "App_LocalResources", "App_WebReferences"];
const hiddenData = ["App_Data", "App_Browsers"];

const sources = [
  ".cs",
  ".csproj",
  ".vb",
  ".vbproj",
  ".vjsproj",
  ".java",
  ".jsl",
  ".cd",
  ".licx",
  ".resx",
  ".resources",
];
const pages = [
  ".asa",
  ".asax",
  ".ascx",
  ".master",
  ".skin",
  ".browser",
  ".sitemap",
  ".config",
  ".webinfo",
  ".compiled",
];
const data = [".mdb", ".ldb", ".mdf", ".ldf", ".dsdgm", ".ssdgm", ".lsad", ".ssmap", ".dsprototype", ".lsaprototype"];
const models = [".sdm", ".sdmDocument", ".ad", ".dd", ".ldd", ".sd", ".adprototype", ".lddprototype", ".exclude"];
const others = [".refresh", ".msgx", ".vsdisco", ".rules"];

export const filterSettings = {
  allowDoubleEscaping: setting(flag, {
    ...facts,
    fallback: false,
    iis: "requestFiltering/allowDoubleEscaping",
    doc: "Whether a path is taken that would change if it were decoded a second time, or that holds a +; else it is 404.11.",
  }),
  allowHighBitCharacters: setting(flag, {
    ...facts,
    fallback: true,
    iis: "requestFiltering/allowHighBitCharacters",
    doc: "Whether a path may hold characters beyond ASCII; else it is 404.12.",
  }),
  maxAllowedContentLength: setting(byteSize({ max: "4TiB" }), {
    ...facts,
    fallback: 30_000_000,
    iis: "requestLimits/maxAllowedContentLength",
    doc: "The largest body of a request. One that says it is larger is 404.13, and one that turns out to be is 413.1.",
  }),
  maxUrl: setting(whole({ min: 1, max: 16_384 }), {
    ...facts,
    fallback: 4096,
    iis: "requestLimits/maxUrl",
    doc: "The longest path of a request in bytes, without its query; a longer one is 404.14.",
  }),
  maxQueryString: setting(whole({ min: 0, max: 65_536 }), {
    ...facts,
    fallback: 2048,
    iis: "requestLimits/maxQueryString",
    doc: "The longest query in bytes; a longer one is 404.15.",
  }),
  allowedVerbs: setting(words, {
    ...facts,
    fallback: null,
    iis: "requestFiltering/verbs",
    doc: "The only verbs that are let through, such as GET and HEAD, written as clients send them; others are 404.6. Without a value all are, and what a file is not asked with is 405, or 501 where nobody knows it.",
  }),
  deniedVerbs: setting(words, {
    ...facts,
    fallback: [],
    iis: "requestFiltering/verbs",
    doc: "Verbs that are refused with 404.6, in any case of letters.",
  }),
  allowedFileExtensions: setting(extensions, {
    ...facts,
    fallback: null,
    iis: "requestFiltering/fileExtensions",
    doc: "The only extensions of files that are let through, each with its dot; a dot alone stands for a name without one. Others are 404.7. Without a value all are.",
  }),
  deniedFileExtensions: setting(extensions, {
    ...facts,
    fallback: [...pages, ...sources, ...data, ...models, ...others],
    iis: "requestFiltering/fileExtensions",
    doc: "Extensions of files that are refused with 404.7, in any case of letters, as what is in such files is not for visitors.",
  }),
  hiddenSegments: setting(segments, {
    ...facts,
    fallback: [...hidden, ...hiddenData],
    iis: "requestFiltering/hiddenSegments",
    doc: "Names of files and folders that are refused with 404.8 wherever in a path they stand, in any case of letters.",
  }),
  denyUrlSequences: setting(words, {
    ...facts,
    fallback: [],
    iis: "requestFiltering/denyUrlSequences",
    doc: "Texts that no path may hold, in any case of letters; else it is 404.5.",
  }),
  denyQueryStringSequences: setting(words, {
    ...facts,
    fallback: [],
    iis: "requestFiltering/denyQueryStringSequences",
    doc: "Texts that no query may hold, as it was sent or decoded, in any case of letters; else it is 404.18.",
  }),
  unescapeQueryString: setting(flag, {
    ...facts,
    fallback: true,
    iis: "requestFiltering/unescapeQueryString",
    doc: "Whether a query is also looked at as it is when it is decoded, by denyQueryStringSequences and filteringRules; else only as it was sent.",
  }),
  alwaysAllowedUrls: setting(words, {
    ...facts,
    fallback: [],
    iis: "requestFiltering/alwaysAllowedUrls",
    doc: "Paths such as /tools/a+b.htm, decoded and in any case of letters, that no rule of the filter about paths refuses: of their length, their characters, sequences, segments and extensions.",
  }),
  alwaysAllowedQueryStrings: setting(words, {
    ...facts,
    fallback: [],
    iis: "requestFiltering/alwaysAllowedQueryStrings",
    doc: "Queries as they are sent, without the ?, in any case of letters, that no rule of the filter about queries refuses.",
  }),
  headerLimits: setting(list(headerLimit, { max: 100 }), {
    ...facts,
    fallback: [],
    iis: "requestLimits/headerLimits",
    doc: "The largest sizes of single headers, such as Cookie 4096; a larger one is 404.10. All together are bounded by headerBytesMax.",
  }),
  filteringRules: setting(filteringRules, {
    ...facts,
    fallback: {},
    iis: "requestFiltering/filteringRules",
    doc: "Rules by name, each with denyStrings: texts that may not stand, in any case of letters, where the rule looks: in the path (scanUrl), the query (scanQueryString), some headers (scanHeaders) or all of them as they were sent (scanAllRaw); else it is 404.19. With appliesTo it is only for files with these extensions. denyUnescapedPercent, which is on, refuses a % there that two hex digits do not follow.",
  }),
};

type Settings = typeof filterSettings;
export type FilterValues = {
  readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never;
};
