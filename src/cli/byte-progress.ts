// Tells on one line of the screen how far long work with bytes is; a pipe or a file hears nothing of it.
import type { Context } from "./context.ts";
import { shortSize } from "./look/moment.ts";

const TELL_EVERY_MS = 100;

export interface ByteProgress {
  tell(doneBytes: number, totalBytes: number): void;
  end(): void;
}

export function byteProgress({ out, world }: Pick<Context, "out" | "world">, doing: string): ByteProgress {
  let tellMs = 0;
  return {
    tell(doneBytes, totalBytes) {
      if (!out.progressIsLive || world.steadyMs() < tellMs) return;
      tellMs = world.steadyMs() + TELL_EVERY_MS;
      out.progress(`${doing}: ${shortSize(doneBytes)} of ${shortSize(totalBytes)}`);
    },
    end() {
      if (out.progressIsLive) out.progress("");
    },
  };
}
