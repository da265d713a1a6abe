// The home itself: it is there, its rooms are, they belong to its owner, are closed to others, and can be written.
import { existsSync, statSync } from "node:fs";
import { about } from "../../base/fault.ts";
import { type Room, roomPath, rooms } from "../../base/home.ts";
import { shellWord } from "../../base/shell-word.ts";
import { userName } from "../../net/system/system-calls.ts";
import { type DoctorCheck, type Finding, type FixStep, foundFault } from "../../service/doctor-check.ts";
import { lackOfHome, roomModes } from "../../supervisor/home-folders.ts";
import type { Case } from "../case.ts";
import { whoseTheyAre } from "../strays.ts";

export const homeCheck: DoctorCheck<Case> = {
  name: "home",
  title: "the home and its rooms: there, owned, closed to others, writable",
  needs: [],
  async look(it) {
    if (!it.maySee) return [notOurs(it)];
    const lack = lackOfHome(it.home);
    if (lack !== undefined) {
      const matters = "Without its home there is no configuration, no key and no mail, and no server can start";
      return [foundFault(lack, { level: "error", matters, article: "hard-coded-path", stops: true })];
    }
    return [...strays(it), ...missing(it), ...tooOpen(it), ...(await unwritable(it))];
  },
};

/** Whoever is neither root nor the owner would take what is closed to him for closed to the server. */
function notOurs({ home, serverUser }: Case): Finding {
  const owner = userName(serverUser?.uid ?? 0);
  return {
    level: "error",
    subject: about("home", home.root),
    what: `${home.root} belongs to user ${owner}, and you are user ${userName(process.getuid?.() ?? 0)}: its keys, configuration and mail are closed to you`,
    matters: "Nothing of them could be looked at",
    remedy: "Run this as the owner of the home, or with sudo",
    article: "file-permissions",
    stops: true,
  };
}

/** Of the spool and of content the services have a say; nobody but the server works in these. */
const own: readonly Room[] = ["metabase", "keys", "run", "cache", "logs"];

function strays({ home, strays: found, serverUser, byRoot }: Case): readonly Finding[] {
  const byRoom = Map.groupBy(found, (it) => it.room);
  return [...byRoom].map(([room, its]) => {
    const owner = serverUser?.uid ?? 0;
    const steps: FixStep[] =
      serverUser === undefined ? [] : its.map(({ path }) => ({ step: "set-owner", path, owner: serverUser }));
    return {
      level: "error",
      subject: about("file", roomPath(home, room)),
      what: `${whoseTheyAre(its)}, and the home to user ${userName(owner)}`,
      matters: "The server may be unable to read or to change them, and does not trust keys of others",
      remedy: `As root: chown -R ${owner} ${shellWord(roomPath(home, room))}`,
      article: "file-permissions",
      fix: byRoot ? { would: `give them to user ${userName(owner)}`, steps } : undefined,
      causes: [`path:${roomPath(home, room)}`, ...(room === "keys" ? (["keys"] as const) : [])],
    } satisfies Finding;
  });
}

function missing(it: Case): readonly Finding[] {
  const { home, isUp } = it;
  return (Object.keys(rooms) as Room[]).flatMap((room): readonly Finding[] => {
    const path = roomPath(home, room);
    // Without keys there is more to be said, by another check; releases and the rest come when they are needed.
    if (room === "keys" || room === "releases" || room === "doctor") return [];
    const state = statSync(path, { throwIfNoEntry: false });
    if (state?.isDirectory()) return [];
    const subject = about("file", path);
    const marks = { causes: [`path:${path}`, ...(room === "spool" ? (["spool"] as const) : [])] } as const;
    if (state !== undefined || existsSync(path))
      return [
        {
          ...marks,
          level: "error",
          subject,
          what: `${path} is to be a folder, and is none`,
          matters: `The server keeps its ${room} there`,
          remedy: `Move it away: mv ${shellWord(path)} ${shellWord(`${path}.aside`)}`,
          article: "hard-coded-path",
          fix: {
            would: "put it aside, and make the folder, empty",
            steps: [{ step: "set-aside", path }, anew(it, room)],
          },
        },
      ];
    return [
      {
        ...marks,
        // What is in the cache may be deleted at any time.
        level: room !== "cache" && (isUp || room === "spool" || room === "content") ? "error" : "warning",
        subject,
        what: `The folder ${path} is missing`,
        matters: isUp
          ? `The running server keeps its ${room} there`
          : "A start makes it anew, empty: what was in it is not in this home",
        remedy: `Put it back from where the home came from, or make it: mkdir ${shellWord(path)}`,
        article: "hard-coded-path",
        fix: { would: "make it anew, empty", steps: [anew(it, room)] },
      },
    ];
  });
}

const anew = ({ home, serverUser }: Case, room: Room): FixStep => ({
  step: "make-folder",
  path: roomPath(home, room),
  mode: roomModes[room],
  ...(serverUser && { owner: serverUser }),
});

const OTHERS = 0o077;

function tooOpen({ home }: Case): readonly Finding[] {
  // Of keys/ the check of the keys tells.
  return (["metabase", "run", "doctor"] as const).flatMap((room): readonly Finding[] => {
    const path = roomPath(home, room);
    const state = statSync(path, { throwIfNoEntry: false });
    if (state === undefined || !state.isDirectory() || (state.mode & OTHERS) === 0) return [];
    const mode = (state.mode & 0o7777).toString(8);
    return [
      {
        level: "warning",
        subject: about("file", path),
        what: `${path} has mode ${mode}, so that other users of this machine can look into it`,
        matters: "Only the server and its owner have business there",
        remedy: `Close it: chmod 700 ${shellWord(path)}`,
        article: "file-permissions",
        fix: { would: "set its mode to 700", steps: [{ step: "set-mode", path, mode: 0o700 }] },
      },
    ];
  });
}

async function unwritable(it: Case): Promise<readonly Finding[]> {
  const { home, serverUser } = it;
  const rooms = own.filter((room) => statSync(roomPath(home, room), { throwIfNoEntry: false })?.isDirectory());
  const folders = rooms.map((room) => roomPath(home, room));
  const ends = await it.tryAs(
    "server",
    folders.map((path) => ({ try: "folder", path, wants: "write" })),
  );
  return folders.flatMap((path, index): readonly Finding[] => {
    const end = ends[index];
    if (end === undefined || end.is === "fine") return [];
    const who = serverUser === undefined ? "the server" : `user ${userName(serverUser.uid)}`;
    const base = {
      level: "error",
      subject: about("file", path),
      matters: "The server records its configuration, keys and events there",
      causes: [`path:${path}`],
      comesOf: [`path:${path}`],
    } as const;
    const what = `${who} cannot write into ${path}: ${end.because}`;
    if (end.is === "full")
      return [{ ...base, what, remedy: "Make room on that disk", article: "disk-full", comesOf: ["disk full"] }];
    const isOurs = end.is === "refused" && statSync(path).uid === serverUser?.uid;
    const mode = roomModes[rooms[index] ?? "metabase"];
    return [
      {
        ...base,
        what,
        remedy:
          end.is === "read-only"
            ? "Mount that disk so that it can be written, and look why it is not"
            : `Give it back to the owner of the home, with a mode that lets him write: chmod u+rwx ${shellWord(path)}`,
        article: "file-permissions",
        ...(isOurs && {
          fix: { would: `set its mode to ${mode.toString(8)}`, steps: [{ step: "set-mode", path, mode }] },
        }),
      },
    ];
  });
}
