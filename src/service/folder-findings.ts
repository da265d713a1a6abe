// Folders that settings name, tried as whoever uses them: which is missing, no folder, or not to be used. One place for all
// services, so that the same trouble reads the same everywhere.
import { dirname } from "node:path";
import { about } from "../base/fault.ts";
import { type Home, type Room, roomPath } from "../base/home.ts";
import { shellWord } from "../base/shell-word.ts";
import type { Finding, Fix, Mark, Patient, TrialEnd } from "./doctor-check.ts";

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
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined || isWell(first) ? [] : [together(findingOf(patient, first), others)],
  );
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

const together = (first: Finding, others: readonly Tried[]): Finding =>
  others.length === 0
    ? first
    : {
        ...first,
        matters: `${first.matters}; the same is so for ${others.length} more`,
        causes: [...(first.causes ?? []), ...others.flatMap(({ it }): Mark[] => [`site:${it.of}`, `path:${it.path}`])],
      };

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
        fix:
          end.is === "refused" && path === it.path && it.wants === "write" ? give(home, path, serviceUser) : undefined,
      };
  }
}

const liesBelow = (home: Home, rooms: readonly Room[], path: string): boolean =>
  rooms.some((it) => path.startsWith(`${roomPath(home, it)}/`));

/** Only below content and spool: elsewhere it may be the disk that is missing, and a folder would hide that. */
function remake(home: Home, path: string, owner: Patient["serviceUser"]): Fix | undefined {
  if (!liesBelow(home, ["content", "spool"], path)) return undefined;
  return {
    would: `make the folder ${path} anew, empty`,
    steps: [{ step: "make-folder", path, mode: 0o755, ...(owner === undefined ? {} : { owner }) }],
  };
}

function replace(home: Home, path: string, owner: Patient["serviceUser"]): Fix | undefined {
  const made = remake(home, path, owner);
  return made && { would: `put ${path} aside, and ${made.would}`, steps: [{ step: "set-aside", path }, ...made.steps] };
}

/** What the services are to write into is theirs: the folder itself, and nothing that lies in it. Only root can. */
function give(home: Home, path: string, owner: Patient["serviceUser"]): Fix | undefined {
  if (owner === undefined || process.getuid?.() !== 0 || !liesBelow(home, ["content", "spool", "logs"], path))
    return undefined;
  return {
    would: `give ${path} to user ${owner.uid}, who may write there then`,
    steps: [
      { step: "set-owner", path, owner },
      { step: "set-mode", path, mode: 0o755 },
    ],
  };
}
