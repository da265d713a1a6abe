// The files that another program renews: read as the user of the server, in a bounded way, and watched. Renewers put a
// new file or link in the place of the old one, so folders are watched rather than files.
import { type FSWatcher, watch } from "node:fs";
import { constants, open } from "node:fs/promises";
import { dirname } from "node:path";
import { bad, good, type Result } from "../../base/result.ts";
import { FILE_BYTES_MAX } from "../read-material.ts";

/** The door to the disk; a test hands in one that fails on purpose. */
export interface CertificateFiles {
  /** The bytes, or why there are none. */
  read(path: string): Promise<Result<Uint8Array, string>>;
  /** From now on calls when something happens beside these files, and not beside those of the call before. */
  watch(paths: readonly string[], call: () => void): void;
  close(): void;
}

export class DiskFiles implements CertificateFiles {
  private readonly watchers = new Map<string, FSWatcher>();

  async read(path: string): Promise<Result<Uint8Array, string>> {
    try {
      // A pipe in the place of the file must not hold us up.
      await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const facts = await file.stat();
      if (!facts.isFile()) return bad("it is no file");
      if (facts.size > FILE_BYTES_MAX) return bad(`it has more than ${FILE_BYTES_MAX} bytes`);
      return good(await file.readFile());
    } catch (error) {
      return bad(reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? String(error));
    }
  }

  watch(paths: readonly string[], call: () => void): void {
    const wanted = new Set(paths.map((it) => dirname(it)));
    for (const [folder, watcher] of this.watchers) if (!wanted.has(folder)) this.drop(folder, watcher);
    for (const folder of wanted) if (!this.watchers.has(folder)) this.listen(folder, call);
  }

  close(): void {
    for (const [folder, watcher] of this.watchers) this.drop(folder, watcher);
  }

  /** Where the system cannot watch, the keeper's own look each minute has to do. */
  private listen(folder: string, call: () => void): void {
    try {
      const watcher = watch(folder, call);
      watcher.on("error", () => this.drop(folder, watcher));
      this.watchers.set(folder, watcher);
    } catch {
      // The folder is not there; it is tried again at the next look.
    }
  }

  private drop(folder: string, watcher: FSWatcher): void {
    watcher.close();
    this.watchers.delete(folder);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "the user of the server may not read it",
  ELOOP: "its links go in a circle",
};
