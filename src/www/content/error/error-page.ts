// A row of the setting errorPages: which page is shown for a status, of a file or at another address. Pure.

export interface ErrorPage {
  readonly status: number;
  /** Undefined: for every substatus that has no row of its own. */
  readonly substatus: number | undefined;
  /**
   * "file": its content is sent with the status. "url": so is what the site has at that path. "redirect": the client is sent on
   * to an address, with 302.
   */
  readonly mode: "file" | "url" | "redirect";
  /** Of a file relative to the home; "{language}" in it stands for what the client would read. */
  readonly path: string;
}

const OWN = /^(\d{3})(?:\.(\d{1,3}))? +(file|url|redirect) +(\S.*)$/i;
/** Of IIS 6: "404,3,FILE,path", "404,*,URL,/page". */
const IIS = /^(\d{3}),(\d{1,3}|\*),(FILE|URL|REDIRECT),(\S.*)$/i;

export function parseErrorPage(text: string): ErrorPage | undefined {
  const [, status, substatus, word = "", path = ""] = OWN.exec(text.trim()) ?? IIS.exec(text.trim()) ?? [];
  if (status === undefined || Number(status) < 400) return undefined;
  const mode = word.toLowerCase() as ErrorPage["mode"];
  if (!fits[mode](path)) return undefined;
  const plain = substatus === undefined || substatus === "*";
  return { status: Number(status), substatus: plain ? undefined : Number(substatus), mode, path };
}

export const printErrorPage = ({ status, substatus, mode, path }: ErrorPage): string =>
  `${status}${substatus === undefined ? "" : `.${substatus}`} ${mode} ${path}`;

const fits: Readonly<Record<ErrorPage["mode"], (path: string) => boolean>> = {
  file: (path) => !/[\0-\x1f\x7f]/.test(path) && !path.split(/[/\\]/).includes(".."),
  url: (path) => /^\/(?!\/)[!-~]*$/.test(path),
  redirect: (path) => /^(?:https?:\/\/|\/(?!\/))[!-~]*$/i.test(path),
};

/** The row of IIS: exactly this substatus, else the one for all of the status. */
export function pageFor(pages: readonly ErrorPage[], status: number, substatus: number): ErrorPage | undefined {
  const rows = pages.filter((it) => it.status === status);
  return rows.find((it) => it.substatus === substatus) ?? rows.find((it) => it.substatus === undefined);
}
