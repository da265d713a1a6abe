// What is really tried, in a process that is the user in question and may hang: one row for each kind of trial. Leaves
// nothing behind: a file made on trial has no name, where the file system can do that.
import { randomUUID } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../base/thrown.ts";
import { listenFailureText } from "../../net/system/listen-failure.ts";
import { openListeningSocket } from "../../net/system/listening-socket.ts";
import type { Trial, TrialEnd } from "../../service/doctor-check.ts";
import { tryBooks, tryLiveBooks } from "./try-books.ts";

type Rows = { readonly [Kind in Trial["try"]]: (trial: Trial & { readonly try: Kind }) => TrialEnd };

const rows: Rows = {
  folder({ path, wants }) {
    return withOpen(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NONBLOCK, (it) => {
      const { uid, gid, mode, dev } = fstatSync(it);
      readdirSync(path);
      if (wants === "write") makeNameless(path);
      return { uid, gid, mode: mode & 0o7777, dev };
    });
  },
  file({ path }) {
    return withOpen(path, constants.O_RDONLY | constants.O_NONBLOCK, (it) => {
      const { uid, gid, mode, size } = fstatSync(it);
      return { uid, gid, mode: mode & 0o7777, size };
    });
  },
  disk({ path }) {
    return withOpen(path, constants.O_RDONLY | constants.O_NONBLOCK, (it) => {
      const { bavail, blocks, bsize, ffree, files } = statfsSync(path);
      const { dev } = fstatSync(it);
      return { dev, freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles: ffree, totalFiles: files };
    });
  },
  bind({ address, port }) {
    const opened = openListeningSocket({ address, port });
    if (!opened.ok)
      return { is: "failed", because: listenFailureText(opened.error), facts: { kind: opened.error.kind } };
    opened.value.close();
    return { is: "fine", facts: {} };
  },
  books: ({ folder, live }) => (live ? tryLiveBooks(folder) : tryBooks(folder)),
};

export function carryOut(trial: Trial): TrialEnd {
  try {
    return (rows[trial.try] as (it: Trial) => TrialEnd)(trial);
  } catch (error) {
    return endOf(error);
  }
}

function withOpen(path: string, flags: number, use: (fd: number) => Readonly<Record<string, number>>): TrialEnd {
  const fd = openSync(path, flags);
  try {
    return { is: "fine", facts: use(fd) };
  } finally {
    closeSync(fd);
  }
}

/** A file without a name goes with its last descriptor, whatever happens to us. It is the same flag on all of Linux. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

function makeNameless(folder: string): void {
  let fd: number;
  try {
    fd = openSync(folder, O_TMPFILE | constants.O_RDWR, 0o600);
  } catch (error) {
    if (!["EOPNOTSUPP", "EISDIR", "EINVAL", "ENOTSUP"].includes(codeOf(error))) throw error;
    const name = join(folder, `.inetsrv-trial-${randomUUID()}`);
    fd = openSync(name, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600);
    rmSync(name);
  }
  try {
    writeSync(fd, "inetsrv");
  } finally {
    closeSync(fd);
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException | null)?.code ?? "");

const kinds: Readonly<Record<string, Exclude<TrialEnd["is"], "fine" | "no-answer" | "damaged">>> = {
  ENOENT: "missing",
  ENOTDIR: "wrong-kind",
  ENXIO: "wrong-kind",
  ELOOP: "wrong-kind",
  EACCES: "refused",
  EPERM: "refused",
  EROFS: "read-only",
  ENOSPC: "full",
  EDQUOT: "full",
};

const endOf = (error: unknown): TrialEnd => ({ is: kinds[codeOf(error)] ?? "failed", because: messageOf(error) });
