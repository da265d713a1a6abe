// Opens a file whose way the system has in memory, and never waits for a disk to find it: `openat2` with RESOLVE_CACHED, of
// Linux 5.12. Where it is not to be had at once, or not to be had, nothing is opened, and whoever asked goes the usual way.
import { FFIType } from "bun:ffi";
import { callsWhenAsked, FROM_WORKING_FOLDER, O_CLOEXEC } from "./c-library.ts";
import { cPath } from "./file-look.ts";

/** The C library has no function for it. */
const calls = callsWhenAsked({
  syscall: { args: [FFIType.i64_fast, "i32", "buffer", "buffer", FFIType.i64_fast], returns: FFIType.i64_fast },
});

/** Of Linux, on x64 and arm64 alike. */
const OPENAT2 = 437;
const RESOLVE_CACHED = 0x20;
const RESOLVE_NO_SYMLINKS = 0x04;

/** struct open_how: flags, mode for a new file, and how the way is found; in words of four bytes. */
const how = new Uint32Array(6);

/** `flags` as for `open`, without those that make a file. */
export function openCached(path: string, flags: number, links: "followed" | "none" = "followed"): number | undefined {
  const c = calls();
  const text = cPath(path);
  if (c === undefined || text === undefined) return undefined;
  how[0] = flags | O_CLOEXEC;
  how[4] = links === "none" ? RESOLVE_CACHED | RESOLVE_NO_SYMLINKS : RESOLVE_CACHED;
  const file = Number(c.syscall(OPENAT2, FROM_WORKING_FOLDER, text, how, how.byteLength));
  return file < 0 ? undefined : file;
}
