// The formats of the data in a home that this very release reads and writes.
import type { Formats } from "../ipc/installed-release.ts";
import { metabaseFormats } from "../metabase/store/format-steps.ts";
import { spoolFormats } from "../spool/found/format-steps.ts";

export const dataFormats: Formats = { metabase: metabaseFormats, spool: spoolFormats };
