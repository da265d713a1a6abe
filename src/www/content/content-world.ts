// What the content of all sites of a worker has in common: disk, clock and date, and what is bounded for all together.
import type { Clock } from "../../base/clock.ts";
import type { Home } from "../../base/home.ts";
import type { DateStamp } from "../../proto/http/answer/date-stamp.ts";
import { CodingChoice } from "./coding/coding-choice.ts";
import { Compressor } from "./coding/compressor.ts";
import { ErrorFiles } from "./error/error-files.ts";
import { type Disk, systemDisk } from "./file/disk.ts";
import { guardedDisk } from "./file/guarded-disk.ts";
import { OpenFiles } from "./file/open-files.ts";
import { PiecePool } from "./file/piece-pool.ts";
import { FolderNames } from "./folder/folder-names.ts";
import { KnownFiles } from "./known/known-files.ts";
import { Turns } from "./turns.ts";

const LISTINGS_MAX = 8;

export interface ContentWorld {
  readonly disk: Disk;
  readonly clock: Clock;
  /** The one of the connections. */
  readonly date: DateStamp;
  readonly known: KnownFiles;
  readonly pool: PiecePool;
  readonly openFiles: OpenFiles;
  readonly codings: CodingChoice;
  readonly compressor: Compressor;
  readonly folderNames: FolderNames;
  readonly errorFiles: ErrorFiles;
  /** A listing asks the disk for each of its entries. */
  readonly listings: Turns;
}

export interface ContentWorldParts {
  /** Of which nothing is served that is the server's own. */
  readonly home: Home;
  readonly clock: Clock;
  readonly date: DateStamp;
  readonly fileCacheBytes: number;
  readonly disk?: Disk;
}

export function contentWorld(parts: ContentWorldParts): ContentWorld {
  const { home, clock, date, fileCacheBytes } = parts;
  const disk = guardedDisk(parts.disk ?? systemDisk, home);
  return {
    disk,
    clock,
    date,
    known: new KnownFiles(fileCacheBytes),
    pool: new PiecePool(),
    openFiles: new OpenFiles(disk, clock),
    codings: new CodingChoice(),
    compressor: new Compressor(),
    folderNames: new FolderNames(disk, clock),
    errorFiles: new ErrorFiles(disk, clock),
    listings: new Turns(LISTINGS_MAX),
  };
}
