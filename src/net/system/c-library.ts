// Opens the C library for system calls that the runtime has no API for. The values and structures that its callers know
// are those of Linux on x64 and arm64, glibc and musl alike; another system has others, and is refused, as a wrong
// structure would be written over someone else's memory.
import { dlopen, type FFIFunction, type Library } from "bun:ffi";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";

export const O_CLOEXEC = 0o2000000;
/** In place of the descriptor of a folder. */
export const FROM_WORKING_FOLDER = -100;

export type Calls<Functions extends Record<string, FFIFunction>> = Library<Functions>["symbols"];

/** All of these functions, or the reason why they cannot be had: so a new one is not asked for among old ones. */
export function openCalls<Functions extends Record<string, FFIFunction>>(
  functions: Functions,
): Result<Calls<Functions>, string> {
  const { platform, arch } = process;
  if (platform !== "linux" || (arch !== "x64" && arch !== "arm64"))
    return bad(`the system calls of ${platform} on ${arch} are not known to this release`);
  const machine = arch === "x64" ? "x86_64" : "aarch64";
  let refusal = "";
  for (const name of ["libc.so.6", `libc.musl-${machine}.so.1`, `ld-musl-${machine}.so.1`])
    try {
      return good(dlopen(name, functions).symbols);
    } catch (thrown) {
      refusal = `the C library could not be opened (${messageOf(thrown)})`;
    }
  return bad(refusal);
}

/** The same, opened when they are asked for first; undefined where they cannot be had. */
export function callsWhenAsked<Functions extends Record<string, FFIFunction>>(
  functions: Functions,
): () => Calls<Functions> | undefined {
  let calls: Calls<Functions> | undefined | null = null;
  return () => {
    if (calls === null) {
      const opened = openCalls(functions);
      calls = opened.ok ? opened.value : undefined;
    }
    return calls;
  };
}
