// The formats of this very release.
import type { InstalledRelease } from "../../ipc/installed-release.ts";
import { metabaseFormats } from "../../metabase/store/format-steps.ts";
import { spoolFormats } from "../../spool/found/format-steps.ts";

export const ownFormats: InstalledRelease["formats"] = { metabase: metabaseFormats, spool: spoolFormats };
