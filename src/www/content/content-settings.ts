// The settings of static content, for the service, its sites and their virtual directories. Definitions only; what they mean for
// a request is put together in content-rules.ts.
import { list } from "../../schema/kinds/group.ts";
import { byteSize, duration } from "../../schema/kinds/measure.ts";
import { moment } from "../../schema/kinds/moment.ts";
import { addressRange } from "../../schema/kinds/network.ts";
import { pattern } from "../../schema/kinds/place.ts";
import { choice, flag, text, whole } from "../../schema/kinds/plain.ts";
import { type Section, section, setting, type Values } from "../../schema/section.ts";
import { destination, documentName, errorPage, header, language, mimeRow, redirectRow } from "./content-kinds.ts";
import { entityTagForms } from "./file/entity-tags.ts";
import { linkRules } from "./file/open-inside.ts";
import { listingFacts } from "./folder/listing-columns.ts";

const live = { since: "0.1", applies: "live" } as const;

export const contentSettings = {
  defaultDocuments: setting(list(documentName, { max: 100 }), {
    ...live,
    fallback: ["Default.htm", "Default.asp", "index.htm", "index.html", "iisstart.htm", "default.aspx"],
    iis: { name: "DefaultDoc", id: 6006 },
    doc: "The files that answer for a folder, of which the first that is there does. With none in the list no folder has a document.",
  }),
  directoryBrowsing: setting(flag, {
    ...live,
    fallback: false,
    iis: { name: "EnableDirBrowsing", id: 6005 },
    doc: "Whether a folder without a default document is listed; without it the answer is 403.14.",
  }),
  directoryBrowsingMax: setting(whole({ min: 1, max: 100_000 }), {
    ...live,
    fallback: 5000,
    doc: "So many entries of a folder are listed at most; a note says when there are more.",
  }),
  directoryBrowsingShows: setting(list(choice(listingFacts), { max: listingFacts.length }), {
    ...live,
    fallback: ["date", "time", "size", "extension"],
    iis: "directoryBrowse/showFlags",
    doc: "What a listing tells beside the names: date and time of the last change, in UTC, with longDate the date in words; size; and extension for the extensions of the names.",
  }),
  hiddenFiles: setting(flag, {
    ...live,
    fallback: false,
    doc: "Whether files and folders are served whose name begins with a dot. Without it they are answered with 404.9 and not listed; .well-known always is served.",
  }),
  links: setting(choice(linkRules), {
    ...live,
    fallback: "inside",
    doc: "Which links of the file system are followed below the folder of the site: refuse follows none, inside those that stay below that folder, anywhere all. What is refused is answered with 403.2.",
  }),
  ignoreCase: setting(flag, {
    ...live,
    fallback: false,
    doc: "Whether names are found whatever the case of their letters, as on Windows. Names that Windows does not take for what they say, such as devices and short names, are not served then. A name that fits exactly comes first.",
  }),
  mimeMap: setting(list(mimeRow, { max: 2000 }), {
    ...live,
    fallback: [],
    iis: { name: "MimeMap", id: 6015 },
    doc: "Media types by extension, beside the 378 that IIS brings along and before them. A file without a type is not served, but answered with 404.3.",
  }),
  charset: setting(text({ max: 40 }), {
    ...live,
    fallback: "",
    doc: "The charset that is said of text, such as utf-8. Without a value none is said, and the browser guesses or looks into the page.",
  }),
  entityTag: setting(choice(entityTagForms), {
    ...live,
    fallback: "file",
    doc: "How the ETag of a file is made: file from its number, size and time; time from size and time alone, so that it is the same on all servers of a farm; iis from the time, in the form of IIS; none leaves it out.",
  }),
  clientCache: setting(choice(["none", "disable", "max-age", "until"]), {
    ...live,
    fallback: "none",
    iis: { name: "HttpExpires", id: 6002 },
    doc: "What clients are told about keeping a file: none says nothing, disable that they have to ask each time, max-age to keep it for clientCacheMaxAge, until to keep it until clientCacheUntil.",
  }),
  clientCacheMaxAge: setting(duration({ min: "0s", max: "3650d" }), {
    ...live,
    fallback: "1d",
    doc: "How long a client may keep a file, where clientCache is max-age.",
  }),
  clientCacheUntil: setting(moment, {
    ...live,
    fallback: null,
    doc: "Until when a client may keep a file, where clientCache is until. Without a value nothing is said.",
  }),
  cacheControl: setting(text({ max: 500 }), {
    ...live,
    fallback: "",
    doc: "What is put in front of Cache-Control beside clientCache, such as public, or immutable.",
  }),
  customHeaders: setting(list(header, { max: 100 }), {
    ...live,
    fallback: [],
    iis: { name: "HttpCustomHeaders", id: 6004 },
    doc: "Headers that are added to every answer.",
  }),
  redirectHeaders: setting(list(header, { max: 100 }), {
    ...live,
    fallback: [],
    doc: "Headers that are added to the redirects that redirect and redirectRules make.",
  }),
  redirect: setting(destination, {
    ...live,
    fallback: null,
    iis: { name: "HttpRedirect", id: 6011 },
    doc: "Where all requests are sent that no row of redirectRules takes. The path below this folder and the query are put behind it, unless it holds one of the variables: $S for that path, $Q for the query with its ?, $P for it without, $V for the whole path.",
  }),
  redirectExact: setting(flag, {
    ...live,
    fallback: false,
    doc: "Whether redirect is the whole destination, with nothing put behind it.",
  }),
  redirectChildOnly: setting(flag, {
    ...live,
    fallback: false,
    doc: "Whether redirect leaves alone what lies in folders below this one.",
  }),
  redirectStatus: setting(choice(["301", "302", "307", "308"]), {
    ...live,
    fallback: "302",
    doc: "The status of redirects: 301 and 308 are for ever, 302 and 307 for now; 307 and 308 keep the method.",
  }),
  redirectRules: setting(list(redirectRow, { max: 500 }), {
    ...live,
    fallback: [],
    doc: "Redirects by wildcards on the path below this folder, of which the first that fits decides. $0 to $9 in the destination stand for what the wildcards took, and ! for leaving the request alone.",
  }),
  errorMode: setting(choice(["detailed-local-only", "custom", "detailed"]), {
    ...live,
    fallback: "detailed-local-only",
    doc: "Which page goes with an error: custom a page of errorPages, else a plain one; detailed one that tells what is responsible, to everybody; detailed-local-only that one to this machine and to errorDetailsFor, and to others as custom does.",
  }),
  errorDetailsFor: setting(list(addressRange, { max: 100 }), {
    ...live,
    fallback: [],
    doc: "Further addresses that see detailed errors where errorMode is detailed-local-only.",
  }),
  errorPages: setting(list(errorPage, { max: 500 }), {
    ...live,
    fallback: [],
    iis: { name: "HttpErrors", id: 6008 },
    doc: "Pages for errors, by status and substatus. A file lies below the home, a url is a path of the site itself, and both are sent with the status of the error; a redirect sends the client elsewhere. {language} in the path of a file stands for a language that the client would read, then for errorLanguage.",
  }),
  errorLanguage: setting(language, {
    ...live,
    fallback: "en",
    doc: "The language of errorPages for clients whose languages have no page.",
  }),
  precompressed: setting(flag, {
    ...live,
    fallback: true,
    doc: "Whether a file beside the one that is asked for, with .br, .zst or .gz behind its name, is sent in its place to clients that take that coding. It must not be older than the file itself.",
  }),
  compression: setting(flag, {
    ...live,
    fallback: true,
    iis: "HcDoStaticCompression",
    doc: "Whether files of compressionTypes are compressed for clients that take it. What was compressed is kept in memory.",
  }),
  compressionTypes: setting(list(pattern, { max: 200 }), {
    ...live,
    fallback: [
      "text/*",
      "message/*",
      "application/javascript",
      "application/json",
      "application/ld+json",
      "application/wasm",
      "application/atom+xml",
      "application/xaml+xml",
      "application/xhtml+xml",
      "image/svg+xml",
    ],
    doc: "Media types that are worth compressing, with * and ?.",
  }),
  compressionMinSize: setting(byteSize({ max: "16MiB" }), {
    ...live,
    fallback: 2700,
    iis: "HcMinFileSizeForComp",
    doc: "Files smaller than this are not compressed.",
  }),
  fileCheckInterval: setting(duration({ min: "0s", max: "1h" }), {
    ...live,
    fallback: "50ms",
    iis: "ObjectCacheTTL",
    doc: "A file that lies in memory is looked at again when it was last looked at longer ago, so that a change is seen at the latest after this time. 0s looks at each request.",
  }),
};
export type ContentValues = Values<Section<typeof contentSettings>>;

export const fileCacheSection = section("fileCache", "What the sites of a worker keep of files together.", {
  fileCacheSize: setting(byteSize({ min: "1MiB", max: "64GiB" }), {
    ...live,
    fallback: "64MiB",
    iis: "MemoryCacheSize",
    doc: "Memory in which each worker keeps small files and what was compressed, with the heads of their answers.",
  }),
});
export type FileCacheValues = Values<typeof fileCacheSection>;
