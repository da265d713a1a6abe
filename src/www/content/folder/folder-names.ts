// Finds a name in a folder whatever the case of its letters, for sites that come from Windows. What folders hold is remembered, as
// long as their time says that nothing came or went.
import type { Clock } from "../../../base/clock.ts";
import { windowsFlaw } from "../../../proto/http/target/windows-names.ts";
import type { Disk } from "../file/disk.ts";
import { isSame, isYoung, kept, type Stamp } from "../file/stamp.ts";

const FOLDERS_MAX = 500;
const NAMES_MAX = 100_000;

interface Folder {
  readonly stamp: Stamp;
  /** As they are, by their form in small letters. */
  readonly names: ReadonlyMap<string, string>;
}

export class FolderNames {
  private readonly disk: Disk;
  private readonly clock: Clock;
  private readonly folders = new Map<string, Folder>();
  private held = 0;

  constructor(disk: Disk, clock: Clock) {
    this.disk = disk;
    this.clock = clock;
  }

  /** The names as the disk has them; undefined where one is not there, or is none on Windows. Throws what the disk does. */
  async resolve(folder: string, names: readonly string[]): Promise<readonly string[] | undefined> {
    const found: string[] = [];
    let path = folder;
    for (const name of names) {
      if (windowsFlaw(name) !== undefined) return undefined;
      const real = await this.find(path, name);
      if (real === undefined) return undefined;
      found.push(real);
      path = `${path}/${real}`;
    }
    return found;
  }

  private async find(path: string, name: string): Promise<string | undefined> {
    if (this.disk.lookNow(`${path}/${name}`) !== undefined) return name;
    const look = this.disk.lookNow(path);
    if (look?.kind !== "folder") return undefined;
    const known = this.folders.get(path);
    if (known !== undefined && isSame(known.stamp, look)) return known.names.get(fold(name));
    return (await this.read(path, kept(look))).get(fold(name));
  }

  private async read(path: string, stamp: Stamp): Promise<Folder["names"]> {
    const names = new Map<string, string>();
    // Of several that differ in case alone the first by its letters is taken, so that it is always the same.
    for (const name of [...(await this.disk.names(path))].sort().reverse()) names.set(fold(name), name);
    this.forget(path);
    if (names.size > NAMES_MAX || isYoung(stamp, this.clock.wallMs())) return names;
    this.folders.set(path, { stamp, names });
    this.held += names.size;
    for (const [oldest] of this.folders) {
      if (this.folders.size <= FOLDERS_MAX && this.held <= NAMES_MAX) break;
      this.forget(oldest);
    }
    return names;
  }

  private forget(path: string): void {
    this.held -= this.folders.get(path)?.names.size ?? 0;
    this.folders.delete(path);
  }
}

/** As rules about names do it: what they forbid in one case is not found in another. */
const fold = (name: string): string => name.toLowerCase();
