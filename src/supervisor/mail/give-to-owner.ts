// What root has made in the spool is given to whoever owns the folder: each file itself, by its handle, and only one that
// root has made just now.
import { closeSync, constants, fchownSync, fstatSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { attemptNow } from "../../spool/body-file.ts";

const BOOKS = "mail.sqlite";
const FILES = [BOOKS, `${BOOKS}-wal`, `${BOOKS}-shm`, "use.lock", "reserve", "suspect"];
const ROOT = 0;

export function giveToOwner(folder: string): void {
  if (process.getuid?.() !== ROOT) return;
  const owner = attemptNow(() => statSync(folder));
  if (!owner.ok || owner.value.uid === ROOT) return;
  const { uid, gid } = owner.value;
  for (const name of FILES)
    attemptNow(() => {
      const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
      const file = openSync(join(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        const found = fstatSync(file);
        if (found.isFile() && found.uid === ROOT && found.nlink === 1) fchownSync(file, uid, gid);
      } finally {
        closeSync(file);
      }
    });
}
