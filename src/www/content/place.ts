// What was decided of a request before its content is looked for: the folder, the names below it, the rules, and who asks.
// Interfaces only.
import type { TargetPath } from "../../proto/http/target/target-path.ts";
import type { Asker } from "./asker.ts";
import type { ContentRules } from "./content-rules.ts";
import type { KnownFile } from "./known/known-file.ts";

/** What was found for a target when it was asked for before. Content puts it there and takes it away. */
export interface FoundBefore {
  file: KnownFile | undefined;
}

export interface Place {
  /** All of the path as it was decided, with its query. */
  readonly target: TargetPath;
  /** Of the virtual directory: absolute. */
  readonly folder: string;
  /** What of the path lies below that folder. */
  readonly below: readonly string[];
  readonly rules: ContentRules;
  readonly asker: Asker;
  /** Without it nothing is remembered of the target. */
  readonly before?: FoundBefore | undefined;
  /**
   * What another path of the same site would mean, for pages of errors that lie there and for documents of a folder; undefined
   * where it means nothing. From there nothing leads on, or two pages could call each other for ever.
   */
  elsewhere?(path: string): OtherPlace | undefined;
  /** Whether another path may be told of to whoever asks; all may be without it. */
  isShown?(path: string): boolean;
}

/** One from which nothing leads on. */
export type OtherPlace = Omit<Place, "before" | "elsewhere" | "isShown">;
