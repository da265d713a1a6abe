// Where a start stands and what it may use; and what it finds there. Data only.
import type { Fault } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import type { FormatTable } from "../../format/format-table.ts";
import type { Bringing } from "../../format/kept-copy.ts";
import type { Model } from "../../schema/section.ts";
import type { Folder } from "../copy/folder.ts";
import type { GoodCopy } from "../copy/good-copy.ts";
import type { Inspected } from "./inspect.ts";

export interface Ground {
  /** The folder of the metabase, absolute. */
  readonly folder: string;
  /** The database in it. */
  readonly file: string;
  readonly copyFolder: Folder;
  readonly model: Model;
  readonly revisionsMax: number;
  readonly nowMs: number;
  readonly report: Report;
  readonly formats: FormatTable;
  /** How a database of an older format is brought to that of today. */
  readonly bringing: Bringing;
}

export interface Records extends Inspected {
  /** undefined: it cannot be written in this run. */
  readonly copy: GoodCopy | undefined;
  /** Why nothing can be changed. */
  readonly readOnly: Fault | undefined;
}
