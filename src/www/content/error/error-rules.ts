// How errors are shown, put together from the settings once for each revision. Pure.
import { isListed } from "../../../account/failure/allow-list.ts";
import type { Asker } from "../asker.ts";
import type { ContentValues } from "../content-settings.ts";
import type { ErrorPage } from "./error-page.ts";

export interface ErrorRules {
  /** Files are named absolute. */
  readonly pages: readonly ErrorPage[];
  /** Of pages, for clients whose languages have none. */
  readonly language: string;
  seesDetails(asker: Asker): boolean;
}

export type ErrorValues = Pick<ContentValues, "errorMode" | "errorDetailsFor" | "errorPages" | "errorLanguage">;

export function errorRules(values: ErrorValues, locate: (path: string) => string): ErrorRules {
  const { errorMode, errorDetailsFor, errorPages, errorLanguage } = values;
  return {
    pages: errorPages.map((it) => (it.mode === "file" ? { ...it, path: locate(it.path) } : it)),
    language: errorLanguage,
    seesDetails(asker) {
      if (errorMode !== "detailed-local-only") return errorMode === "detailed";
      return asker.isLocal || isListed(errorDetailsFor, asker.address);
    },
  };
}
