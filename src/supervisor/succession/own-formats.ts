// The formats of this very release.
import type { InstalledRelease } from "../../ipc/installed-release.ts";
import { FORMAT as metabase } from "../../metabase/store/sqlite-tables.ts";
import { FORMAT as spool } from "../../spool/book/tables.ts";

export const ownFormats: InstalledRelease["formats"] = {
  metabase: { writes: metabase, reads: [metabase] },
  spool: { writes: spool, reads: [spool] },
};
