// What of a request the rules of the filter look at. Interfaces only.

import type { Request } from "../../proto/http/request.ts";
import type { TargetPath } from "../../proto/http/target/target-path.ts";

export interface Filtered {
  readonly path: TargetPath;
  /** Path and query as they were said. */
  readonly raw: string;
  readonly method: string;
  readonly contentLength: number | undefined;
  readonly fields: Pick<Request, "header" | "headers">;
}

export type Refuses = (it: Filtered) => boolean;

/** A rule about the path alone is asked before there is a request. */
export const noFields: Filtered["fields"] = { header: () => undefined, headers: () => [] };
