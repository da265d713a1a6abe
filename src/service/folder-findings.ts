// Folders that settings name, tried as whoever uses them: which is missing, no folder, or not to be used. One place for all
// services, so that the same trouble reads the same everywhere.
import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import { about } from "../base/fault.ts";
import { type Home, type Room, roomPath } from "../base/home.ts";
import { seen } from "../base/seen.ts";
import { shellWord } from "../base/shell-word.ts";
import type { Finding, Fix, Patient, TrialEnd } from "./doctor-check.ts";

export interface UsedFolder {
  /** Absolute. */
  readonly path: string;
  /** The setting that names it, or would: "www/sites/default/path". */
  readonly setting: string;
  /** The node whose folder it is. */
  readonly of: string;
  readonly wants: "read" | "write";
  /** "The files of the site", for sentences. */
  readonly holds: string;
  /** Whoever uses it makes it where it can: then it matters only that it could. */
  readonly madeWhenMissing: boolean;
  /** What does not work without it. */
  readonly matters: string;
  readonly missingArticle: string;
}

export async function folderFindings(patient: Patient, folders: readonly UsedFolder[]): Promise<readonly Finding[]> {
  const found = nearestIn(patient);
  const asked = await Promise.all(
    folders.map(async (it) => ({ it, path: it.madeWhenMissing ? await found(it.path) : it.path })),
  );
  // A start makes what is missing as the user of the server, and gives it away.
  const isMadeAtStart = (it: UsedFolder, path: string): boolean => path !== it.path && !patient.isUp;
  const [own, made] = await Promise.all([
    tried(
      patient,
      "service",
      asked.filter(({ it, path }) => !isMadeAtStart(it, path)),
    ),
    tried(
      patient,
      "server",
      asked.filter(({ it, path }) => isMadeAtStart(it, path)),
    ),
  ]);
  // Many folders below one that is closed are one finding.
  const groups = Map.groupBy([...own, ...made], ({ path, end }) => `${end.is} ${path}`);
  return [...groups.values()].flatMap((its) => {
    const [first, ...others] = its.filter((it) => !isWell(it)).map((it) => findingOf(patient, it));
    return first === undefined ? [] : [together(first, others)];
  });
}

interface Tried {
  readonly it: UsedFolder;
  /** What was tried for it. */
  readonly path: string;
  readonly end: TrialEnd;
}

/** What whoever uses it makes may be missing, where nothing that was seen keeps him from it. */
const isWell = ({ it, end }: Tried): boolean => end.is === "fine" || (end.is === "missing" && it.madeWhenMissing);

async function tried(
  patient: Patient,
  user: "service" | "server",
  asked: readonly Omit<Tried, "end">[],
): Promise<readonly Tried[]> {
  const ends = await patient.tryAs(
    user,
    asked.map(({ it, path }) => ({ try: "folder", path, wants: it.wants })),
  );
  return asked.flatMap((one, index) => {
    const end = ends[index];
    return end === undefined ? [] : [{ ...one, end }];
  });
}

function together(first: Finding, others: readonly Finding[]): Finding {
  if (others.length === 0) return first;
  const all = [first, ...others];
  // What many sites want of one folder is done once.
  const byText = new Map(all.flatMap((it) => it.fix?.steps ?? []).map((it) => [JSON.stringify(it), it]));
  const once = [...byText.values()];
  const more = once.length > (first.fix?.steps.length ?? 0) ? ", and the same for the others" : "";
  return {
    ...first,
    matters: `${first.matters}; the same is so for ${others.length} more`,
    causes: all.flatMap((it) => it.causes ?? []),
    fix: first.fix && { ...first.fix, would: `${first.fix.would}${more}`, steps: once },
  };
}

/** Finds the folder itself, or the one above it that is there; not by this process, which must not hang with a disk. */
function nearestIn(patient: Patient): (path: string) => Promise<string> {
  const known = new Map<string, Promise<boolean>>();
  const look = async (path: string): Promise<boolean> => {
    const [end] = await patient.tryAs("server", [{ try: "file", path }]);
    return end?.is === "missing";
  };
  const isMissing = (path: string): Promise<boolean> => {
    const asked = known.get(path) ?? look(path);
    known.set(path, asked);
    return asked;
  };
  return async (path) => {
    let it = path;
    while (dirname(it) !== it && (await isMissing(it))) it = dirname(it);
    return it;
  };
}

function findingOf({ home, serviceUser }: Patient, { it, path, end }: Tried): Finding {
  const marks = { causes: [`site:${it.of}`, `path:${it.path}`], comesOf: [`path:${path}`] } as const;
  const base = { level: "error", subject: about("file", path), matters: it.matters, ...marks } as const;
  const because = end.is === "fine" ? "" : end.because;
  const where = path === it.path ? it.path : `${path}, where ${it.path} is to be made`;
  const chooseOther = `name another folder: inetsrv config set ${shellWord(it.setting)} FOLDER`;
  switch (end.is) {
    case "missing":
      return {
        ...base,
        what: `${it.holds} of ${it.of} lie in ${it.path}, and there is no such folder`,
        remedy: `Put it back, or ${chooseOther}`,
        article: it.missingArticle,
        fix: remake(home, it.path, serviceUser),
      };
    case "wrong-kind":
      return {
        ...base,
        what: `${it.path} is to be a folder (${it.setting}), and is none`,
        remedy: `Move it away, or ${chooseOther}`,
        article: it.missingArticle,
        fix: replace(home, it.path, serviceUser),
      };
    case "full":
      return {
        ...base,
        what: `Nothing can be written into ${where}: ${because}`,
        remedy: "Make room on that disk",
        article: "disk-full",
        comesOf: ["disk full", ...marks.comesOf],
      };
    case "no-answer":
      return {
        ...base,
        level: "warning",
        what: `${where} could not be looked at: ${because}`,
        remedy: `See whether what is mounted there answers: ls ${shellWord(path)}`,
        article: "file-permissions",
      };
    default:
      return {
        ...base,
        what: `The user of the services cannot ${it.wants === "read" ? "read" : "write into"} ${where}: ${because}`,
        remedy: `Give it to that user, as with chown or setfacl, and let it pass the folders above; or ${chooseOther}`,
        article: "file-permissions",
        fix: end.is === "refused" ? letIn(home, it, path, serviceUser) : undefined,
      };
  }
}

const liesBelow = (home: Home, rooms: readonly Room[], path: string): boolean =>
  rooms.some((it) => path.startsWith(`${roomPath(home, it)}/`));

/** Only below content and spool: elsewhere it may be the disk that is missing, and a folder would hide that. */
function remake(home: Home, path: string, owner: Patient["serviceUser"]): Fix | undefined {
  return liesBelow(home, ["content", "spool"], path) ? make(path, owner) : undefined;
}

const make = (path: string, owner: Patient["serviceUser"]): Fix => ({
  would: `make the folder ${path} anew, empty`,
  steps: [{ step: "make-folder", path, mode: 0o755, ...(owner === undefined ? {} : { owner }) }],
});

function replace(home: Home, path: string, owner: Patient["serviceUser"]): Fix | undefined {
  const made = remake(home, path, owner);
  return made && { would: `put ${path} aside, and ${made.would}`, steps: [{ step: "set-aside", path }, ...made.steps] };
}

function letIn(home: Home, it: UsedFolder, path: string, services: Patient["serviceUser"]): Fix | undefined {
  if (path === it.path) return open[it.wants](home, path, services);
  // What they would make, and must not, can be made for them.
  return isRoot() && liesBelow(home, ["logs"], it.path) ? make(it.path, services) : undefined;
}

/** How the services get what they want of a folder: of it alone, and of nothing that lies in it. Only root can. */
const open: Readonly<
  Record<UsedFolder["wants"], (home: Home, path: string, services: Patient["serviceUser"]) => Fix | undefined>
> = {
  /** What they are to write into is theirs. */
  write(home, path, services) {
    if (services === undefined || !isRoot() || !liesBelow(home, ["content", "spool", "logs"], path)) return undefined;
    return {
      would: `give ${path} to user ${services.uid}, who may write there then`,
      steps: [
        { step: "set-owner", path, owner: services },
        { step: "set-mode", path, mode: 0o755 },
      ],
    };
  },
  /** What they only read stays its owner's, who lets their group look into it. */
  read(home, path, services) {
    if (services === undefined || !isRoot() || !liesBelow(home, ["content"], path)) return undefined;
    const state = seen(() => lstatSync(path), undefined);
    if (state === undefined) return undefined;
    const { uid, gid, mode } = state;
    const needed = gid === services.gid ? GROUP_READS : OTHERS_READ;
    if ((mode & needed) === needed) return undefined; // what is closed lies above it
    return {
      would: `let group ${services.gid} look into ${path}`,
      steps: [
        { step: "set-owner", path, owner: { uid, gid: services.gid } },
        { step: "set-mode", path, mode: (mode & 0o777) | GROUP_READS },
      ],
    };
  },
};

const GROUP_READS = 0o050;
const OTHERS_READ = 0o005;
const isRoot = (): boolean => process.getuid?.() === 0;
