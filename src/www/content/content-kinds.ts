// The kinds of values that only the settings of content have. Pure.
import { textual } from "../../schema/kind.ts";
import { type ErrorPage, parseErrorPage, printErrorPage } from "./error/error-page.ts";
import { parseHeaderRow, printHeaderRow } from "./header-row.ts";
import { parseMimeRow, printMimeRow } from "./mime/mime-map.ts";
import { isDestination, parseRedirectRow, printRedirectRow } from "./redirect/redirect-row.ts";

export const documentName = textual(
  "file name",
  "the name of a file, without a folder",
  "index.html",
  (given) => (/^[^/\\\0-\x1f\x7f]{1,255}$/.test(given) && given !== "." && given !== ".." ? given : undefined),
  (name) => name,
);

export const mimeRow = textual(
  "MIME row",
  "an extension and its media type such as .webp image/webp, with . for names without an extension, .* for all others and none for what is not served",
  ".webp image/webp",
  parseMimeRow,
  printMimeRow,
);

export const header = textual(
  "header",
  "a header such as X-Frame-Options: DENY, of those that the server does not decide itself",
  "X-Frame-Options: DENY",
  parseHeaderRow,
  printHeaderRow,
);

export const errorPage = textual<ErrorPage>(
  "error page",
  "a status, with or without a substatus, and a page, such as 404 file errors/{language}/404.htm, 404.3 url /oops.htm or 403.14 redirect /closed",
  "404 file errors/404.htm",
  parseErrorPage,
  printErrorPage,
);

export const redirectRow = textual(
  "redirect row",
  "a wildcard and where it leads, such as *.php /x$0.htm, or ! for nowhere",
  "*.php /x$0.htm",
  parseRedirectRow,
  printRedirectRow,
);

export const destination = textual(
  "destination",
  "an address of http or https, or a path",
  "https://www.example.org/",
  (given) => (isDestination(given) ? given : undefined),
  (value) => value,
);

export const language = textual(
  "language",
  "the tag of a language such as en or pt-BR",
  "en",
  (given) => (/^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,3}$/.test(given) ? given : undefined),
  (value) => value,
);
