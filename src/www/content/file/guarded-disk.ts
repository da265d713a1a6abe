// A disk that withholds what the home keeps for itself, whichever setting, link or race leads there. The home itself is no
// folder to look into either, and what lies in it besides is free.
import { join } from "node:path";
import { type Home, rooms } from "../../../base/home.ts";
import { type KeptRoom, keptThere } from "../../../service/kept-rooms.ts";
import { Withheld } from "../failure.ts";
import type { Disk } from "./disk.ts";
import { isBelow } from "./open-inside.ts";

export function guardedDisk(disk: Disk, home: Home): Disk {
  let found: readonly KeptPlace[] | undefined;
  const refuse = async (place: string): Promise<void> => {
    found ??= await keptPlaces(disk, home);
    const folded = fold(place);
    const kept = found.find((it) => (it.room === "home" ? folded === it.folded : isBelow(it.folded, folded)));
    if (kept !== undefined) throw new Withheld(`${kept.path} holds ${keptThere[kept.room]}, and is never served`);
  };
  return {
    ...disk,
    async open(path) {
      const handle = await disk.open(path);
      try {
        await refuse(handle.place);
        return handle;
      } catch (thrown) {
        disk.close(handle.file);
        throw thrown;
      }
    },
    async stats(path) {
      await refuse(await disk.realPath(path));
      return disk.stats(path);
    },
    async names(folder) {
      await refuse(await disk.realPath(folder));
      return disk.names(folder);
    },
  };
}

/** Links resolved. */
interface KeptPlace {
  readonly room: KeptRoom;
  readonly path: string;
  readonly folded: string;
}

/** Some file systems take a name in any case of its letters, and it is said as it was asked for. */
const fold = (path: string): string => path.toLowerCase();

/** Looked for once: while the server runs its home stays where it is. */
async function keptPlaces(disk: Disk, home: Home): Promise<readonly KeptPlace[]> {
  const real = (path: string, otherwise: string) => disk.realPath(path).catch(() => otherwise);
  const root = await real(home.root, home.root);
  const kept = (Object.keys(keptThere) as KeptRoom[]).map(async (room): Promise<KeptPlace> => {
    const named = room === "home" ? root : join(root, rooms[room]);
    const path = await real(named, named);
    return { room, path, folded: fold(path) };
  });
  return Promise.all(kept);
}
