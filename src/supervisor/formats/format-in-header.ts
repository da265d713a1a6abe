// The number of the format in the header of a database file, read without opening it as one: a server may have it open.
import { closeSync, constants, openSync, readSync } from "node:fs";

const HEADER_BYTES = 100;
/** Where `PRAGMA user_version` stands. */
const USER_VERSION_AT = 60;

/** null: there is none, or nobody may read it. A link or a pipe in its place is not followed. */
export function formatInHeader(path: string): number | null {
  const header = Buffer.alloc(HEADER_BYTES);
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      readSync(file, header, 0, HEADER_BYTES, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
  return header.toString("latin1", 0, 15) === "SQLite format 3" ? header.readUInt32BE(USER_VERSION_AT) : null;
}
