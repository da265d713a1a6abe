// A directory of a site as its settings make it, and a place in it that a request is for. Data only.
import type { TargetPath } from "../../proto/http/target/target-path.ts";
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
  /** The folder is one of its own, and not merely one in the folder above. */
  readonly isVirtual: boolean;
  readonly settings: DirectoryValues;
}

/** Where a path leads. The same object comes again for the same target while the settings are the same. */
export interface Place extends TargetPath {
  readonly directory: Directory;
  /** Of the segments those below the folder of the directory. */
  readonly below: readonly string[];
}
