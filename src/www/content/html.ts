// Pages that the server makes itself: one look for errors and listings, light or dark as the reader's machine is, and not a line of
// script. Pure.
import type { Field } from "../../proto/http/request.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For text and for values in quotes. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (it) => entities[it] ?? "");

/** Nothing of such a page is loaded from anywhere, and no script runs in it, whatever a name in it may hold. */
export const pageFields: readonly Field[] = [
  ["Content-Type", "text/html; charset=utf-8"],
  ["Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"],
  ["X-Content-Type-Options", "nosniff"],
];

const STYLE = `:root{color-scheme:light dark;--line:#8884;--quiet:#666}
@media(prefers-color-scheme:dark){:root{--quiet:#aaa}}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem;font-weight:600;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
td.figure,th.figure{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td{overflow-wrap:anywhere}
a{text-decoration:none}a:hover{text-decoration:underline}
p.quiet,td.figure{color:var(--quiet)}
code{font-family:ui-monospace,monospace}`;

/** `title` is text, `body` is HTML; `style` is what it needs besides. */
export const page = (title: string, body: string, style = ""): Buffer =>
  Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>
${STYLE}${style}
</style>
</head>
<body>
${body}
</body>
</html>
`);
