// The formats of the data in a home that this very release reads and writes.
import type { InstalledRelease } from "../ipc/installed-release.ts";
import { metabaseFormats } from "../metabase/store/format-steps.ts";
import { spoolFormats } from "../spool/found/format-steps.ts";

export const dataFormats: InstalledRelease["formats"] = { metabase: metabaseFormats, spool: spoolFormats };
