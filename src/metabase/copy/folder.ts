// A folder of files as the copy needs it: read whole, appended to durably, replaced in one step. It knows nothing of
// what the files mean; what a disk refuses is a value.
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { bad, good } from "../../base/result.ts";
import { type Stored, trouble, troubleOfErrno } from "../store/trouble.ts";

export interface Folder {
  readonly path: string;
  /** Names of its files; none where there is no folder. */
  names(): Promise<Stored<readonly string[]>>;
  read(name: string): Promise<Stored<Buffer>>;
  /** Writes at `offset`, where the file must end; on the disk on return. The answer is the new end. */
  append(name: string, offset: number, text: string): Promise<Stored<number>>;
  /** The whole file in one step: there is the old one or the new one, never a part. The answer is its length. */
  replace(name: string, parts: Iterable<string>): Promise<Stored<number>>;
  remove(name: string): Promise<Stored<void>>;
}

export function diskFolder(path: string): Folder {
  const attempt = async <T>(name: string, act: (file: string) => Promise<T>): Promise<Stored<T>> => {
    const file = join(path, name);
    try {
      return good(await act(file));
    } catch (thrown) {
      return bad(troubleOfErrno(thrown, file));
    }
  };
  return {
    path,
    async names() {
      const found = await attempt(".", (folder) => readdir(folder));
      return !found.ok && found.error.is === "missing" ? good([]) : found;
    },
    async read(name) {
      const found = await attempt(name, (file) => readFile(file));
      if (!found.ok || found.value.length <= FILE_BYTES_MAX) return found;
      return bad(trouble("damaged", `${join(path, name)} is larger than any file of a copy`));
    },
    async append(name, offset, text) {
      const end = await attempt(name, async (file) => {
        const handle = await open(file, "r+");
        try {
          if ((await handle.stat()).size < offset) return undefined;
          await handle.truncate(offset); // what a failed write left behind it
          const length = await writeAll(handle, offset, text);
          await handle.datasync();
          return offset + length;
        } finally {
          await handle.close();
        }
      });
      if (!end.ok || end.value !== undefined) return end as Stored<number>;
      return bad(trouble("damaged", `somebody cut ${join(path, name)}`));
    },
    replace: (name, parts) =>
      attempt(name, async (file) => {
        await mkdir(path, { recursive: true, mode: FOLDER_MODE });
        const unfinished = `${file}${UNFINISHED}`;
        const handle = await open(unfinished, "w", FILE_MODE);
        let length = 0;
        try {
          for (const part of parts) length += await writeAll(handle, length, part);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(unfinished, file);
        await syncFolder(path);
        return length;
      }),
    remove: (name) => attempt(name, (file) => rm(file, { force: true })),
  };
}

/** The end of the name of a file that is still being written. */
export const UNFINISHED = ".unfinished";

const FILE_BYTES_MAX = 2 ** 30;
const FOLDER_MODE = 0o750;
const FILE_MODE = 0o640;

type Handle = Awaited<ReturnType<typeof open>>;

/** How many bytes the text took. */
async function writeAll(handle: Handle, offset: number, text: string): Promise<number> {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length)
    written += (await handle.write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
  return written;
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
