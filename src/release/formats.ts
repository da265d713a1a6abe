// The formats of data that this program reads and writes, as its manifest says them.
import { FORMAT as metabaseFormat } from "../metabase/store/sqlite-tables.ts";
import { FORMAT as spoolFormat } from "../spool/book/tables.ts";
import type { Formats } from "./manifest/manifest.ts";

const only = (format: number) => ({ writes: format, reads: [format] });

export const formats: Formats = { metabase: only(metabaseFormat), spool: only(spoolFormat) };
