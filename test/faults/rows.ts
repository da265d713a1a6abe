// All rows of the fault kit: what can happen to an installation. Each family has a file of its own in rows/.
import type { FaultRow } from "./row.ts";
import { bindingRows } from "./rows/bindings.ts";
import { certificateRows } from "./rows/certificates.ts";
import { diskRows } from "./rows/disks.ts";
import { installedRows } from "./rows/installed.ts";
import { keyRows } from "./rows/keys.ts";
import { mailRows } from "./rows/mail.ts";
import { metabaseRows } from "./rows/metabase.ts";
import { pathRows } from "./rows/paths.ts";
import { processRows } from "./rows/processes.ts";
import { releaseRows } from "./rows/releases.ts";

export const families: Readonly<Record<string, readonly FaultRow[]>> = {
  releases: releaseRows,
  installed: installedRows,
  keys: keyRows,
  paths: pathRows,
  bindings: bindingRows,
  metabase: metabaseRows,
  disks: diskRows,
  certificates: certificateRows,
  mail: mailRows,
  processes: processRows,
};

export const rows: readonly FaultRow[] = Object.values(families).flat();
