// How each step of a fix is done, and how what was done is undone: two tables, beside each other. Nothing is deleted: what is
// in the way is renamed, and a copy is kept of what is about to change. Only the home is touched, and no link is followed.
import { cpSync, existsSync, fchmodSync, fchownSync, fstatSync, mkdirSync, renameSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Home, roomPath } from "../../base/home.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import type { UserNumbers } from "../../net/system/lay-down-privileges.ts";
import type { FixStep } from "../../service/doctor-check.ts";
import { withFolder } from "../../supervisor/give-folder.ts";
import { holdHome } from "../../supervisor/home-holder.ts";
import { isPlain, withBelow, withNameBelow } from "../below.ts";
import type { Done, Journal, Past } from "./journal.ts";

export interface StepWorld {
  readonly home: Home;
  readonly journal: Journal;
  /** Given to their owner already, by root before it became him. */
  readonly given: ReadonlyMap<string, UserNumbers>;
  /** As a start does it; nobody else has the home meanwhile. */
  openMetabase(): Promise<Result<void, string>>;
  /** With the key that the owner has given; undefined where he gave none. */
  readonly recoverKeys: (() => Promise<Result<void, string>>) | undefined;
}

/** What was done as a sentence, or why it was not. */
type Do<Step extends FixStep["step"]> = (
  world: StepWorld,
  step: FixStep & { readonly step: Step },
) => Promise<Result<string, string>> | Result<string, string>;

const doing: { readonly [Step in FixStep["step"]]: Do<Step> } = {
  "make-folder"({ home, journal }, { path, mode, owner }) {
    const above = dirname(path);
    if (!existsSync(above)) {
      const made = attempt(() => makeFolder(home, journal, above, 0o755, owner));
      if (!made.ok) return made;
    }
    const made = attempt(() => makeFolder(home, journal, path, mode, owner));
    return made.ok ? good(`made the folder ${path}`) : made;
  },
  "set-mode"({ home, journal }, { path, mode }) {
    return onFile(home, path, (fd) => {
      journal.write({ did: "mode", path, was: fstatSync(fd).mode & 0o7777 });
      fchmodSync(fd, mode);
      return `set the mode of ${path} to ${mode.toString(8)}`;
    });
  },
  "set-owner"({ home, journal, given }, { path, owner }) {
    const was = given.get(path);
    if (was !== undefined) {
      journal.write({ did: "owner", path, was });
      return good(`gave ${path} to user ${owner.uid}`);
    }
    return onFile(home, path, (fd) => {
      const { uid, gid } = fstatSync(fd);
      journal.write({ did: "owner", path, was: { uid, gid } });
      fchownSync(fd, owner.uid, owner.gid);
      return uid === owner.uid ? `gave ${path} to group ${owner.gid}` : `gave ${path} to user ${owner.uid}`;
    });
  },
  "set-aside"({ home, journal }, { path }) {
    // A server that has started since it was looked at may have made anew what lay about; none can without this room.
    const held = path === roomPath(home, "run") ? undefined : holdHome(home, "command", Date.now());
    if (held?.ok === false) return bad(held.error.fault.because);
    const done = attempt(() => {
      const to = journal.newName();
      journal.write({ did: "aside", path, to });
      withNameBelow(home.root, path, (place) => renameSync(place, join(journal.folder, to)));
      return `put ${path} aside, as ${join(journal.folder, to)}`;
    });
    held?.value.release();
    return done;
  },
  async "open-metabase"({ home, journal, openMetabase }) {
    const path = roomPath(home, "metabase");
    const kept = attempt(() => keep(journal, path));
    if (!kept.ok) return kept;
    const opened = await openMetabase();
    return opened.ok ? good(`mended the metabase ${path}; a copy of it as it was lies in ${journal.folder}`) : opened;
  },
  async "recover-keys"({ home, journal, recoverKeys }) {
    if (recoverKeys === undefined)
      return bad("only the recovery key can bring them back: give it with --recovery-key-file FILE");
    const kept = attempt(() => {
      keep(journal, roomPath(home, "keys"));
      keep(journal, roomPath(home, "metabase"));
    });
    if (!kept.ok) return kept;
    const recovered = await recoverKeys();
    return recovered.ok
      ? good("opened the secrets with the recovery key, and sealed them to a new machine key")
      : recovered;
  },
};

export const carryOut = (world: StepWorld, step: FixStep): Promise<Result<string, string>> =>
  Promise.resolve((doing[step.step] as Do<FixStep["step"]>)(world, step as never));

function makeFolder(
  home: Home,
  journal: Journal,
  path: string,
  mode: number,
  owner?: { uid: number; gid: number },
): void {
  journal.write({ did: "made", path });
  withNameBelow(home.root, path, (entry) => {
    mkdirSync(entry, { mode });
    withFolder(entry, (fd) => {
      fchmodSync(fd, mode);
      const isOther = owner !== undefined && owner.uid !== fstatSync(fd).uid;
      if (isOther && process.getuid?.() === 0) fchownSync(fd, owner.uid, owner.gid);
    });
  });
}

function keep(journal: Journal, path: string): void {
  const to = existsSync(path) ? journal.newName() : null;
  if (to !== null) cpSync(path, join(journal.folder, to), { recursive: true, preserveTimestamps: true });
  journal.write({ did: "kept", path, to });
}

/** A file that has other names, or is none, may be somebody else's: it is left alone. */
function onFile(home: Home, path: string, use: (fd: number) => string): Result<string, string> {
  return attempt(() =>
    withBelow(home.root, path, (fd) => {
      if (!isPlain(fd)) throw new Error(`${path} has other names, or is no plain file`);
      return use(fd);
    }),
  );
}

function attempt<T>(run: () => T): Result<T, string> {
  try {
    return good(run());
  } catch (error) {
    return bad(messageOf(error));
  }
}

type Undo<Did extends Done["did"]> = (home: Home, past: Past, done: Done & { readonly did: Did }) => string;

const undoing: { readonly [Did in Done["did"]]: Undo<Did> } = {
  made(home, _past, { path }) {
    if (!existsSync(path)) return `${path} is gone already`;
    withNameBelow(home.root, path, (entry) => rmdirSync(entry)); // with something in it it stays
    return `removed the folder ${path}`;
  },
  mode(home, _past, { path, was }) {
    withBelow(home.root, path, (fd) => fchmodSync(fd, was & 0o7777));
    return `set the mode of ${path} back to ${was.toString(8)}`;
  },
  owner(home, _past, { path, was }) {
    withBelow(home.root, path, (fd) => {
      if (!isPlain(fd)) throw new Error(`${path} has other names, or is no plain file`);
      fchownSync(fd, was.uid, was.gid);
    });
    return `gave ${path} back to user ${was.uid}`;
  },
  aside(home, past, { path, to }) {
    if (!existsSync(join(past.folder, plainName(to)))) return `${path} had not been put aside`;
    if (existsSync(path)) throw new Error(`${path} is there again`);
    withNameBelow(home.root, path, (place) => renameSync(join(past.folder, plainName(to)), place));
    return `put ${path} back`;
  },
  kept(_home, past, { path, to }) {
    if (existsSync(path)) renameSync(path, freeName(past.folder, "replaced"));
    if (to === null) return `put aside ${path}, which was not there before`;
    cpSync(join(past.folder, plainName(to)), path, { recursive: true, preserveTimestamps: true });
    return `put ${path} back as it was; what was there until now lies in ${past.folder}`;
  },
};

export const undo = (home: Home, past: Past, done: Done): Result<string, string> =>
  attempt(() => (undoing[done.did] as Undo<Done["did"]>)(home, past, done as never));

function freeName(folder: string, stem: string): string {
  for (let count = 1; ; count++) {
    const path = join(folder, `${stem}-${count}`);
    if (!existsSync(path)) return path;
  }
}

/** A journal is a file like others: it names nothing outside its own folder. */
function plainName(name: string): string {
  if (!/^kept-\d+$/.test(name)) throw new Error(`${name} is no name of this journal`);
  return name;
}
