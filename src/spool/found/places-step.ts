// From format 1, where a body lay in the books or in a file of its own, to 2, where several may lie in one file. On the way
// back those go into the books, as far as format 1 kept such there; the files are left, and swept at the next opening.
import type { Database } from "bun:sqlite";
import { dirname } from "node:path";
import type { FormatStep } from "../../format/format-table.ts";
import { attemptNow, bodyPath } from "../body-file.ts";
import { tables } from "../book/tables.ts";
import { HELD_BYTES_MAX, type Place } from "../entry.ts";
import { bytesIn } from "../slip.ts";

const { place = "", place_file: placeFile = "", ...before } = tables;

export const placesStep: FormatStep = {
  from: 1,
  to: 2,
  tables: before,
  forward(database) {
    database.run(place);
    database.run(placeFile);
    database.run("INSERT INTO place SELECT n, id, 0 FROM message WHERE in_file = 1 AND left_ms IS NULL");
  },
  back(database) {
    const folder = dirname(database.filename);
    const left = database
      .query<PlacedRow, [number]>(
        // What is larger lies in a file of its own.
        "SELECT n, id, size_bytes, file, start FROM message JOIN place ON message = n WHERE size_bytes <= ?",
      )
      .all(HELD_BYTES_MAX)
      .flatMap((it) => (bringIn(database, folder, it) ? [] : [`the body of message ${it.id}, which does not read`]));
    database.run("DROP TABLE place");
    return left;
  },
};

interface PlacedRow extends Place {
  readonly n: number;
  readonly id: string;
  readonly size_bytes: number;
}

function bringIn(database: Database, folder: string, { n, size_bytes: size, file, start }: PlacedRow): boolean {
  const read = attemptNow(() => bytesIn(bodyPath(folder, file), start, size));
  if (!read.ok || read.value.length < size) return false;
  database.query("INSERT INTO body VALUES (?, ?)").run(n, read.value);
  database.query("UPDATE message SET in_file = 0 WHERE n = ?").run(n);
  return true;
}
