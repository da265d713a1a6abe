// The mail queue of a home for as long as one question takes, whether the service has it open too or nobody does. Where
// there is none yet an empty one answers; what root has made there meanwhile is given to whoever owns the folder.
import { closeSync, constants, fchownSync, fstatSync, lstatSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Clock, secureRandomness } from "../../base/clock.ts";
import { roomPath } from "../../base/home.ts";
import { bad, type Result } from "../../base/result.ts";
import { TraceSource } from "../../net/trace-id.ts";
import { attemptNow } from "../../spool/body-file.ts";
import { memorySpool } from "../../spool/memory-spool.ts";
import { openSpool } from "../../spool/open-spool.ts";
import type { MailSpool } from "../../spool/spool.ts";
import { type Spooled, troubleFault } from "../../spool/trouble.ts";
import { type Refusal, refusalOf } from "../operation.ts";
import type { Configured } from "./configured.ts";

const BOOKS = "mail.sqlite";
const FILES = [BOOKS, `${BOOKS}-wal`, `${BOOKS}-shm`, "use.lock", "reserve", "suspect"];
const ROOT = 0;

/** `attempted` begins the sentence of whatever goes wrong: "Cannot list the mail queue". */
export async function withSpool<T>(
  { home, clock, report }: Configured,
  attempted: string,
  use: (spool: MailSpool) => Promise<Spooled<T>>,
): Promise<Result<T, Refusal>> {
  const folder = roomPath(home, "spool");
  const names = new TraceSource(clock, secureRandomness);
  if (!hasBooks(folder)) return answered(use, emptySpool(clock, names), attempted, folder);
  const opened = await openSpool(folder, { clock, report, names });
  if (!opened.ok) return bad(refusalOf(opened.error));
  try {
    return await answered(use, opened.value, attempted, folder);
  } finally {
    giveToOwner(folder);
  }
}

async function answered<T>(
  use: (spool: MailSpool) => Promise<Spooled<T>>,
  spool: MailSpool,
  attempted: string,
  folder: string,
): Promise<Result<T, Refusal>> {
  const answer = await use(spool).finally(() => spool.close());
  return answer.ok ? answer : bad(refusalOf(troubleFault(answer.error, attempted, folder)));
}

const emptySpool = (clock: Clock, names: TraceSource): MailSpool => memorySpool({ clock, names });

/** A link in its place is not followed: whoever owns the folder could lead root anywhere. */
function hasBooks(folder: string): boolean {
  const found = attemptNow(() => lstatSync(join(folder, BOOKS)));
  return found.ok && found.value.isFile();
}

/** Each file itself, by its handle, and only one that root has made just now. */
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
