// The private folder inside a pickup folder that claimed files go through, named by the id that the spool gave them. It
// moves and removes; what becomes of a file is decided elsewhere.
import { lstatSync, mkdirSync, statSync } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { bad, good } from "../../base/result.ts";
import { attempt, attemptNow } from "../../spool/body-file.ts";
import { makeMailFolder } from "../../spool/put-file.ts";
import { type SpoolLock, takeLock } from "../../spool/spool-lock.ts";
import { type Spooled, trouble } from "../../spool/trouble.ts";

/** A claimed file: the id that the spool gave it, and the name its writer gave it; after a start only its plain letters. */
export interface Claimed {
  readonly id: string;
  readonly path: string;
  readonly name: string;
}

const WORK = ".work";
/** Enough to know the file by. */
const NAME_LENGTH_MAX = 100;
const DOT = 46;
const OTHERS = 0o077;
const EVERYBODY_WRITES = 0o002;

export class PickupWork {
  readonly folder: string;
  readonly isOpenToAll: boolean;
  private readonly work: string;
  private readonly lock: SpoolLock;

  private constructor(folder: string, work: string, lock: SpoolLock, isOpenToAll: boolean) {
    this.folder = folder;
    this.work = work;
    this.lock = lock;
    this.isOpenToAll = isOpenToAll;
  }

  /** Makes both folders where they are missing. "held" when somebody else works there. */
  static async open(folder: string): Promise<Spooled<PickupWork>> {
    const work = join(folder, WORK);
    const made = await makeMailFolder(folder);
    if (!made.ok) return made;
    const found = attemptNow(() => {
      mkdirSync(work, { recursive: true, mode: 0o700 });
      return { above: statSync(folder), own: lstatSync(work) };
    });
    if (!found.ok) return found;
    const { own, above } = found.value;
    const isPrivate = own.isDirectory() && own.uid === process.geteuid?.() && (own.mode & OTHERS) === 0;
    if (!isPrivate)
      return bad(trouble("denied", `${work} is not a folder of the user of the services alone: remove it`));
    const lock = takeLock(join(work, "lock"), "alone");
    if (lock.ok) return good(new PickupWork(folder, work, lock.value, (above.mode & EVERYBODY_WRITES) !== 0));
    if (lock.error.is !== "held") return lock;
    return bad(trouble("held", "another site or another server takes its mail from there"));
  }

  close(): void {
    this.lock.release();
  }

  /** The bytes of a name need not be text that we read. */
  async waiting(): Promise<Spooled<readonly Buffer[]>> {
    const names = await attempt(() => readdir(this.folder, { encoding: "buffer" }));
    return names.ok ? good(names.value.filter((name) => name[0] !== DOT)) : names;
  }

  /** What was claimed and is not done with. */
  async claimed(): Promise<Spooled<readonly Claimed[]>> {
    const names = await attempt(() => readdir(this.work));
    if (!names.ok) return names;
    return good(names.value.flatMap((it) => this.claimedAs(it)));
  }

  pathOf(name: Buffer): Buffer {
    return Buffer.concat([Buffer.from(`${this.folder}/`), name]);
  }

  async claim(name: Buffer, id: string): Promise<Spooled<Claimed>> {
    return this.move(this.pathOf(name), id, name.toString());
  }

  async claimAgain({ path, name }: Claimed, id: string): Promise<Spooled<Claimed>> {
    return this.move(Buffer.from(path), id, name);
  }

  /** What was claimed so far is claimed after a power cut, too. */
  async sync(): Promise<Spooled<void>> {
    return attempt(async () => {
      for (const folder of [this.work, this.folder]) {
        const handle = await open(folder, "r");
        await handle.sync().finally(() => handle.close());
      }
    });
  }

  async remove({ path }: Claimed): Promise<Spooled<void>> {
    return attempt(() => rm(path, { force: true }));
  }

  private async move(from: Buffer, id: string, name: string): Promise<Spooled<Claimed>> {
    const path = join(this.work, `${id}.${name.replaceAll(/[^A-Za-z0-9._-]/g, "_").slice(0, NAME_LENGTH_MAX)}`);
    const moved = await attempt(() => rename(from, path));
    return moved.ok ? good({ id, path, name }) : moved;
  }

  private claimedAs(file: string): readonly Claimed[] {
    const [, id, name] = /^([0-9a-z]{1,40})\.([A-Za-z0-9._-]+)$/.exec(file) ?? [];
    return id === undefined || name === undefined ? [] : [{ id, path: join(this.work, file), name }];
  }
}
