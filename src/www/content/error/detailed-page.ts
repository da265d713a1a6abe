// The page that goes with an error for whoever runs the site: what was looked for and where, which setting is responsible, and what
// mends it. Pure; whether the client may see it is decided elsewhere.
import { reasonOf, substatuses } from "../../../proto/http/status.ts";
import type { Failure } from "../failure.ts";
import { escapeHtml, page } from "../html.ts";
import { causes } from "./causes.ts";

export interface Told {
  readonly method: string;
  /** As it was said. */
  readonly path: string;
  readonly folder: string;
  readonly traceId: string;
}

export function detailedPage(failure: Failure, { method, path, folder, traceId }: Told): Buffer {
  const { status, substatus, detail } = failure;
  const code = `${status}.${substatus}`;
  const cause = failure.cause ?? causes[code];
  const title = `${code} ${reasonOf(status)}`.trim();
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["What happened", cause?.because ?? meaningOf(code)],
    ["Responsible setting", cause?.setting],
    ["What mends it", cause?.remedy],
    ["Asked for", `${method} ${path}`],
    ["Folder of the site", folder],
    ["Looked at", detail],
    ["Request id", traceId],
  ];
  const body = rows.map(([name, text]) =>
    text === undefined ? "" : `<tr><th scope="row">${name}</th><td>${escapeHtml(text)}</td></tr>\n`,
  );
  return page(
    title,
    `<h1>${escapeHtml(title)}</h1>
<table>
${body.join("")}</table>
<p class="quiet">This page is shown to this machine and to the addresses that <code>errorMode</code> and <code>errorDetailsFor</code> allow.</p>`,
  );
}

const meaningOf = (code: string): string | undefined => {
  const meaning = substatuses.get(code);
  return meaning && `${meaning[0]?.toUpperCase()}${meaning.slice(1)}.`;
};
