// The question what a web site would answer at a URL, and its answer with all that was looked at: what crosses between the
// service, the operations and the command. Data only.
import type { JsonObject } from "../../base/json.ts";

export interface UrlQuestion {
  /** "http://www.example.org/a?b" */
  readonly url: string;
  readonly method: string;
  /** Of the client. */
  readonly ip: string;
  /** Who has logged in, by a way that the site offers. */
  readonly user?: string;
  /** Of the page that asks: "https://www.example.org". */
  readonly origin?: string;
}

/** A site as its settings stand, in written form. */
export interface SiteWritten {
  readonly name: string;
  readonly path: string;
  readonly values: JsonObject;
  readonly below: JsonObject;
}

export interface UrlAnswer {
  /** As IIS counts: "404.8". */
  readonly code: string;
  readonly reason: string;
  readonly served: boolean;
  readonly site: string | null;
  readonly application: string | null;
  /** As a URL. */
  readonly directory: string | null;
  /** On the disk of this machine. */
  readonly file: string | null;
  /** In the order in which they were looked at; the last one decides. */
  readonly consulted: readonly UrlConsulted[];
}

/** One row that was looked at, for people. */
export interface UrlConsulted {
  readonly row: string;
  readonly says: "goes on" | "refused" | "answered";
  readonly because: string;
  /** The setting that is responsible; null where there is none. */
  readonly setting: string | null;
}
