// How a process begins: as the whole program, with every room of it, or as a child of it that needs few of them.
import type { makeProgram } from "./program.ts";

/** Until it is over; its exit code. `releasesAt` is for tests. */
export async function begin(words: readonly string[], releasesAt?: Parameters<typeof makeProgram>[1]): Promise<number> {
  // As the server and the doctor write it: `inetsrv [--home FOLDER] service NAME`.
  const [is, name, ...more] = words[0] === "--home" ? words.slice(2) : words;
  if (is === "service" && name !== undefined && more.length === 0)
    return (await import("./child.ts")).runChild(name, Bun.main);
  const [{ runInProcess }, program] = await Promise.all([import("./cli/process-world.ts"), import("./program.ts")]);
  return runInProcess(program.makeProgram(Bun.main, releasesAt), words);
}
