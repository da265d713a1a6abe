// Gathers what was looked at for a URL, until a row decides, and puts the whole of it together. It looks at nothing itself.
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import { reasonOf } from "../../proto/http/status.ts";
import type { UrlAnswer, UrlConsulted } from "../../proto/http/url-question.ts";
import { causes } from "../content/error/causes.ts";

export type Found = Pick<UrlAnswer, "site" | "application" | "directory" | "file">;
type Ended = Pick<Answer, "status" | "substatus">;

export const nowhere: Found = { site: null, application: null, directory: null, file: null };

export class Explained {
  found: Found = nowhere;
  private readonly consulted: UrlConsulted[] = [];

  goesOn(row: string, because: string, setting: string | null = null): void {
    this.consulted.push({ row, says: "goes on", because, setting });
  }

  refused(row: string, refusal: Pick<Refusal, "status" | "substatus" | "because">, setting: string | null): UrlAnswer {
    return this.ended(refusal, { row, says: "refused", because: refusal.because, setting });
  }

  /** By a row before the content. */
  answered(row: string, answer: Ended, because: string, setting: string): UrlAnswer {
    return this.ended(answer, { row, says: "answered", because, setting });
  }

  content(answer: Answer, node: string, redirects: boolean): UrlAnswer {
    const location = locationOf(answer);
    const cause = causes[`${answer.status}.${answer.substatus}`];
    const says = answer.status < 400 ? "answered" : "refused";
    const because = location === undefined ? (cause?.because ?? "the content is there") : `it leads to ${location}`;
    const setting = cause?.setting ?? (location !== undefined && redirects ? "redirect" : undefined);
    return this.ended(answer, {
      row: "content",
      says,
      because,
      setting: setting === undefined ? null : `${node}/${setting}`,
    });
  }

  private ended({ status, substatus }: Ended, last: UrlConsulted): UrlAnswer {
    const code = substatus === 0 ? String(status) : `${status}.${substatus}`;
    const consulted = [...this.consulted, last];
    return { code, reason: reasonOf(status), served: status < 400, ...this.found, consulted };
  }
}

export const locationOf = ({ fields }: Answer): string | undefined => fields.find(([name]) => name === "Location")?.[1];
