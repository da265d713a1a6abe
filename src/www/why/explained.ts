// Gathers what was looked at for a URL, until a row decides, and puts the whole of it together. It looks at nothing itself.
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import { reasonOf } from "../../proto/http/status.ts";
import type { UrlAnswer, UrlConsulted } from "../../proto/http/url-question.ts";
import type { Asker } from "../content/asker.ts";
import { causes } from "../content/error/causes.ts";
import { pageFor, printErrorPage } from "../content/error/error-page.ts";
import type { ErrorRules } from "../content/error/error-rules.ts";

export type Found = Pick<UrlAnswer, "site" | "application" | "directory" | "file">;
type Ended = Pick<Answer, "status" | "substatus">;

export const nowhere: Found = { site: null, application: null, directory: null, file: null };

export interface Refused extends Pick<Refusal, "status" | "substatus" | "because"> {
  /** Nothing is answered: the connection breaks off. */
  readonly cut?: boolean;
}

/** Where errors are told with a page of their own. */
export interface ErrorsTold {
  readonly rules: ErrorRules;
  readonly node: string;
  readonly asker: Asker;
}

export class Explained {
  found: Found = nowhere;
  /** Undefined as long as no directory is known. */
  errors: ErrorsTold | undefined;
  private readonly consulted: UrlConsulted[] = [];

  goesOn(row: string, because: string, setting: string | null = null): void {
    this.consulted.push({ row, says: "goes on", because, setting });
  }

  refused(row: string, refusal: Refused, setting: string | null): UrlAnswer {
    const { cut = false } = refusal;
    const because = cut ? `${refusal.because}; the connection breaks off` : refusal.because;
    const last: UrlConsulted = { row, says: "refused", because, setting };
    const page = cut ? undefined : this.pageOf(refusal);
    if (page === undefined) return this.ended(refusal, last);
    this.consulted.push(last);
    return this.ended({ status: 302, substatus: 0 }, { ...last, row: "errorPages", ...page });
  }

  /** By a row before the content. */
  answered(row: string, answer: Ended, because: string, setting: string): UrlAnswer {
    return this.ended(answer, { row, says: "answered", because, setting });
  }

  content(answer: Answer, node: string, redirects: boolean): UrlAnswer {
    const { status, substatus } = answer;
    const at = (setting: string | undefined) => (setting === undefined ? null : `${node}/${setting}`);
    if (status >= 400) {
      const { because = reasonOf(status), setting } = causes[`${status}.${substatus}`] ?? {};
      return this.refused("content", { status, substatus, because }, at(setting));
    }
    const location = locationOf(answer);
    const because = location === undefined ? "the content is there" : `it leads to ${location}`;
    const setting = at(location !== undefined && redirects ? "redirect" : undefined);
    return this.ended(answer, { row: "content", says: "answered", because, setting });
  }

  /** To which the client is sent; all others come with the error itself. */
  private pageOf({ status, substatus }: Ended): Pick<UrlConsulted, "because" | "setting"> | undefined {
    if (this.errors === undefined) return undefined;
    const { rules, node, asker } = this.errors;
    const page = rules.seesDetails(asker) ? undefined : pageFor(rules.pages, status, substatus);
    if (page?.mode !== "redirect") return undefined;
    return { because: `${printErrorPage(page)} sends the client on`, setting: `${node}/errorPages` };
  }

  private ended({ status, substatus }: Ended, last: UrlConsulted): UrlAnswer {
    const code = substatus === 0 ? String(status) : `${status}.${substatus}`;
    const consulted = [...this.consulted, last];
    return { code, reason: reasonOf(status), served: last.says === "answered", ...this.found, consulted };
  }
}

export const locationOf = ({ fields }: Answer): string | undefined => fields.find(([name]) => name === "Location")?.[1];
