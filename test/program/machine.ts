// What this machine and this user allow a test to do. Where something is not possible the test is skipped. Only looks.
import { isFree } from "./free-port.ts";

const isRoot = process.getuid?.() === 0;

/** A user without rights as whom a test can run the program; only root can choose. */
export const nobody: number | undefined = isRoot ? 65534 : undefined;

/** The path of a program of this machine, if it has one. */
export const findProgram = (name: string): string | undefined => Bun.which(name) ?? undefined;

/** A port below 1024 that only some may open, where we are one of them. */
export async function freeLowPort(): Promise<number | undefined> {
  for (let port = 1000; isRoot && port > 900; port -= 1 + Math.floor(Math.random() * 9))
    if (await isFree(port, "127.0.0.1")) return port;
  return undefined;
}
