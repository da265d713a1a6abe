// A lock that is a file, with a few words in it about who holds it. The kernel frees it when its process ends in any
// way, so a file that lies about is never a lock; it is not removed, as another may have opened it meanwhile.

import { closeSync, constants, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import * as system from "./system-calls.ts";

export interface FileLock {
  /** Of the open file: whichever processes have it open hold the lock together, until the last one closes it. */
  readonly fd: number;
  /** Replaces the words in the file, for whoever finds the lock held; on a full disk the lock holds without them. */
  write(text: string): void;
  release(): void;
  /** Closes it here and leaves the words as they are: another process that has it open holds it on. */
  leave(): void;
}

export type LockFailure =
  /** The words of the holder; empty when it has not written any. */
  { readonly kind: "held"; readonly by: string } | { readonly kind: "failed"; readonly because: string };

const TEXT_BYTES_MAX = 4096;

/** Opened close-on-exec, so that a child that outlives us does not keep the lock. */
export function lockFile(path: string): Result<FileLock, LockFailure> {
  const opened = attempt(() => openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600));
  if (!opened.ok) return opened;
  const fd = opened.value;
  const locked = system.lock(fd);
  if (locked.ok) return good(fileLock(fd));
  const by = readText(fd);
  closeSync(fd);
  return bad(locked.error.code === "EAGAIN" ? { kind: "held", by } : { kind: "failed", because: locked.error.because });
}

/** A lock that another process holds and has given us a descriptor of. */
export const sharedLock = (fd: number): FileLock => fileLock(fd);

function fileLock(fd: number): FileLock {
  let held = true;
  const leave = (): void => {
    if (held) closeSync(fd);
    held = false;
  };
  const write = (text: string): void => {
    if (!held) return;
    attempt(() => {
      ftruncateSync(fd);
      const bytes = Buffer.from(text).subarray(0, TEXT_BYTES_MAX);
      writeSync(fd, bytes, 0, bytes.length, 0);
    });
  };
  return {
    fd,
    write,
    leave,
    release() {
      write("");
      leave();
    },
  };
}

function readText(fd: number): string {
  const bytes = Buffer.alloc(TEXT_BYTES_MAX);
  const length = attempt(() => readSync(fd, bytes, 0, bytes.length, 0));
  return bytes.toString("utf8", 0, length.ok ? length.value : 0);
}

/** What a disk can refuse. */
function attempt<T>(run: () => T): Result<T, LockFailure> {
  try {
    return good(run());
  } catch (error) {
    return bad({ kind: "failed", because: messageOf(error) });
  }
}
