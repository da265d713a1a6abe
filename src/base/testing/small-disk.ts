// A disk of one's own that is small enough to be filled; needs the right to mount one.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly root: string;
  /** Takes all the room there is; the answer gives it back. */
  fill(): () => void;
  remount(how: "ro" | "rw"): boolean;
  end(): void;
}

const mount = (...args: readonly string[]): boolean => Bun.spawnSync(["mount", ...args]).success;

/** undefined: this user may not mount. */
export function smallDisk(size: string): SmallDisk | undefined {
  const root = mkdtempSync(join(tmpdir(), "inetsrv small disk "));
  if (process.getuid?.() !== 0 || !mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs", root)) {
    rmSync(root, { recursive: true });
    return undefined;
  }
  return {
    root,
    fill() {
      const filler = join(root, "filler");
      const file = openSync(filler, "w");
      for (const size of [65_536, 4096, 1])
        try {
          for (;;) writeSync(file, Buffer.alloc(size));
        } catch {} // full
      closeSync(file);
      return () => rmSync(filler);
    },
    remount: (how) => mount("-o", `remount,${how}`, root),
    end() {
      Bun.spawnSync(["umount", root]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
