// The mail queue as it lies on the disk: its folder, its books, the bodies beside them. Looked through by a process that is
// the owner of the mail; the books only while nobody has them open: a running server looks at these itself, and says so.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { about } from "../../base/fault.ts";
import { roomPath } from "../../base/home.ts";
import { shellWord } from "../../base/shell-word.ts";
import type { UserNumbers } from "../../net/system/lay-down-privileges.ts";
import { userName } from "../../net/system/system-calls.ts";
import type { DoctorCheck, Finding } from "../../service/doctor-check.ts";
import { booksFile } from "../../spool/found/books-file.ts";
import type { Case } from "../case.ts";
import { type Stray, straysInSpool, whoseTheyAre } from "../strays.ts";

export const spoolCheck: DoctorCheck<Case> = {
  name: "spool",
  title: "the mail queue: its folder, its books, the bodies that they name",
  needs: ["home"],
  async look(it) {
    const { home, status } = it;
    const folder = roomPath(home, "spool");
    if (!existsSync(folder)) return []; // the check of the home says so
    const base = {
      level: "error",
      subject: about("file", folder),
      causes: ["spool"],
      comesOf: [`path:${folder}`, "service user"],
      matters: "No mail is taken, none goes out: senders are told to come later (451)",
    } as const;
    if (mayGiveBack(it)) {
      const strays = straysInSpool(home, it.serviceUser.uid);
      if (strays.length > 0) return [notTheirs(strays, it.serviceUser, base)];
    }
    const [reached] = await it.tryAs("service", [{ try: "folder", path: folder, wants: "write" }]);
    if (reached?.is === "no-answer") return [silent(folder, reached.because, base)];
    if (reached?.is === "full")
      return [
        {
          ...base,
          what: `Nothing can be written into ${folder}: ${reached.because}`,
          remedy: "Make room on that disk",
          article: "spool-disk-short",
          comesOf: ["disk full"],
        },
      ];
    // Root gives the folder to the user of the services at each start.
    const isGivenAtStart = status === undefined && it.serverUser?.uid === 0 && it.serviceUser?.uid !== 0;
    if (reached?.is === "refused" && !isGivenAtStart) return [refused(it, folder, reached.because, base)];
    if (reached?.is === "read-only" || reached?.is === "wrong-kind")
      return [
        {
          ...base,
          what: `${folder} cannot be written: ${reached.because}`,
          remedy: "See to that disk: mount",
          article: "file-permissions",
        },
      ];
    const suspect = existsSync(join(folder, "suspect"));
    const file = booksFile(folder);
    if (status !== undefined && existsSync(file)) {
      const [end] = await it.tryAs("service", [{ try: "books", folder, live: true }]);
      if (end?.is === "damaged" && end.facts !== undefined) return [bodyLost(folder, end.because, base)];
      if (end?.is === "failed" && end.facts !== undefined) return [foreign(end.because, base)];
    }
    if (it.isHeld || !existsSync(file))
      return suspect ? [damaged(folder, "damage was met while it served", base, true)] : [];
    const [end] = await it.tryAs("service", [{ try: "books", folder }]);
    if (end?.is === "no-answer") return [silent(file, end.because, base)];
    if (end?.is === "damaged") return [damaged(folder, end.because, base, end.facts === undefined)];
    if (end?.is === "failed") return [foreign(end.because, base)];
    return suspect ? [damaged(folder, "damage was met while it served", base, true)] : [];
  },
};

/** Root that serves as another user: nobody else can give files away. */
const mayGiveBack = (it: Case): it is Case & { readonly serviceUser: UserNumbers } =>
  process.getuid?.() === ROOT && it.serviceUser !== undefined && it.serviceUser.uid !== ROOT;
const ROOT = 0;

/** As after a copy that did not keep the owners. */
function notTheirs(strays: readonly Stray[], owner: UserNumbers, base: Base): Finding {
  const user = userName(owner.uid);
  const folder = base.subject.name;
  return {
    ...base,
    causes: ["spool", `path:${folder}`],
    what: `${whoseTheyAre(strays)}, and the mail queue is kept by user ${user}`,
    remedy: `As root: chown -R ${owner.uid}:${owner.gid} ${shellWord(folder)}, then: inetsrv restart smtp`,
    article: "file-permissions",
    fix: {
      would: `give them to user ${user}`,
      steps: strays.map(({ path }) => ({ step: "set-owner", path, owner })),
    },
  };
}

type Base = Pick<Finding, "level" | "subject" | "causes" | "comesOf" | "matters">;

function refused({ serviceUser }: Case, folder: string, because: string, base: Base): Finding {
  const owner = serviceUser ?? { uid: 0, gid: 0 };
  return {
    ...base,
    what: `The user of the services cannot write into ${folder}: ${because}`,
    remedy: `As root: chown -R ${owner.uid}:${owner.gid} ${shellWord(folder)}`,
    article: "file-permissions",
    fix: {
      would: `give ${folder} to user ${owner.uid}`,
      steps: [
        { step: "set-owner", path: folder, owner },
        { step: "set-mode", path: folder, mode: 0o755 },
      ],
    },
  };
}

const silent = (path: string, because: string, base: Base): Finding => ({
  ...base,
  what: `${path} could not be looked at: ${because}`,
  remedy: `See whether the disk that it lies on answers: ls -l ${shellWord(path)}`,
  article: "spool-damaged",
});

const foreign = (because: string, base: Base): Finding => ({
  ...base,
  what: because,
  remedy: "Start the release that wrote it, or let that one bring it back: inetsrv formats --write spool=NUMBER",
  article: "component-mismatch",
});

/** It says of itself which message it is: 16 letters and digits. */
function bodyLost(folder: string, because: string, base: Base): Finding {
  const [id = "ID"] = /[0-9a-z]{16}/.exec(because) ?? [];
  return {
    ...base,
    what: `The mail queue in ${folder} lacks what it has taken: ${because}`,
    matters: "That message cannot be sent, and is tried again until it is too old; all others go on",
    remedy: `Bring its file back into ${join(folder, "bodies")} from a copy, or give it up: inetsrv queue delete ${id}`,
    article: "spool-damaged",
  };
}

const damaged = (folder: string, because: string, base: Base, wholly: boolean): Finding => ({
  ...base,
  what: `The mail queue in ${folder} is damaged: ${because}`,
  matters: wholly
    ? "The next start salvages what reads and keeps the damaged files aside; mail that does not read is lost, and named in the log"
    : "What reads is sent; the message that does not read is given up at its turn, and its sender is told",
  remedy: "Keep a copy of the folder, then start the server, which salvages it: inetsrv up. Look at the disk too",
  article: "spool-damaged",
});
