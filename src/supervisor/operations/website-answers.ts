// What operations on web sites answer. Data only.
import type { DirectoryOutline, SiteOutline } from "../../proto/http/site-outline.ts";
import type { ChangeAnswer } from "../answers.ts";

/** Whether the folder is there, and can be looked into. */
interface Looked {
  readonly isThere: boolean;
}

export interface WebsiteAnswer extends SiteOutline, Looked {
  readonly directories: readonly (DirectoryOutline & Looked)[];
}

export interface AddedWebsite extends ChangeAnswer {
  readonly folder: string;
  /** What became of the folder: "later" where nothing was recorded, "elsewhere" where it is for others to make. */
  readonly was: "made" | "there" | "later" | "elsewhere" | "failed";
  /** Why it could not be made. */
  readonly because: string | null;
}
