// A directory of a site as its settings make it. Data only.
import type { DirectoryValues } from "./directory-settings.ts";

export interface Directory {
  /** "/" for the site itself; "/shop/images" */
  readonly url: string;
  /** How many segments that has. */
  readonly depth: number;
  /** The application it belongs to, as a URL. */
  readonly application: string;
  /** The node that holds its settings. */
  readonly node: string;
  /** Absolute. */
  readonly folder: string;
  readonly settings: DirectoryValues;
}
