// The home that is examined, with all that the doctor's own checks may see of it: gathered once, before the first check.
// Nothing here changes the home.
import { lstatSync, readFileSync, statSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { type Home, roomPath } from "../base/home.ts";
import { isObject } from "../base/json.ts";
import type { Result } from "../base/result.ts";
import { seen } from "../base/seen.ts";
import { EventReading } from "../event/event-reader.ts";
import type { LogRecord } from "../event/log-record.ts";
import type { UserNumbers } from "../net/system/lay-down-privileges.ts";
import type { Unsound } from "../release/check/unsound.ts";
import { readBounded } from "../release/read-bounded.ts";
import type { Model } from "../schema/section.ts";
import type { Patient } from "../service/doctor-check.ts";
import type { Service } from "../service/service.ts";
import { ownerOf } from "../supervisor/act-as-owner.ts";
import type { ServerStatus } from "../supervisor/answers.ts";
import type { Checks } from "../supervisor/configuration.ts";
import { ControlClient } from "../supervisor/control-client.ts";
import type { NoClient, OpenClient } from "../supervisor/open-client.ts";
import { serverSection } from "../supervisor/server-settings.ts";
import { chooseServiceUser, lookUpUser } from "../supervisor/service-user.ts";
import { controlSocketPath } from "../supervisor/supervisor.ts";
import { type DryStart, dryStart } from "./dry-start.ts";
import { Hands } from "./hand/hands.ts";
import type { Stray } from "./strays.ts";

export interface DoctorParts {
  readonly home: Home;
  readonly version: string;
  readonly model: Model;
  readonly checks: Checks;
  readonly services: readonly Service[];
  readonly clock: Clock;
  /** The command line of this program, to which a role is added. */
  readonly command: readonly string[];
  /** What is wrong with the files of this program; nothing where that cannot be told. */
  verifyProgram(): Promise<readonly Unsound[]>;
  /** The same way to a home that every command has: for what a fix has to ask of the server, or of the home. */
  openClient(): Promise<Result<OpenClient, NoClient>>;
  /** See supervisor/act-as-owner.ts; not in a process of tests. */
  readonly actAsOwner?: (home: Home) => void;
  /** Where units of systemd lie; a test has folders of its own. */
  readonly unitFolders: readonly string[];
}

export interface Case extends Patient {
  readonly parts: DoctorParts;
  /** What a start would make of the metabase; undefined where there is no home. */
  readonly start: DryStart | undefined;
  /** Of the running server; undefined where none runs, or it does not answer. */
  readonly status: ServerStatus | undefined;
  /** Somebody holds the lock of the home: a server that answers, one that does not, or a command. */
  readonly isHeld: boolean;
  /** A server that had the home and did not give it back: who, and since when it ran. */
  readonly fallen: { readonly pid: number; readonly sinceMs: number } | undefined;
  /** As whom the server runs, or would. */
  readonly serverUser: UserNumbers | undefined;
  /** The user of the services is not there, though one is needed. */
  readonly lacksServiceUser: boolean;
  /** The newest events of the log, oldest first. */
  readonly events: readonly LogRecord[];
  /** What root saw before it became the owner of the home. */
  readonly strays: readonly Stray[];
  /** We are the owner of the home, or root: what is closed to us is closed to the server. */
  readonly maySee: boolean;
  /** Root typed the command, and so may give files to others. */
  readonly byRoot: boolean;
}

const STATUS_MS = 5000;
const EVENTS_READ = 2000;
const MARK_BYTES_MAX = 4096;

export interface OpenCase extends Case {
  close(): Promise<void>;
}

export async function openCase(
  parts: DoctorParts,
  { strays, byRoot }: Pick<Case, "strays" | "byRoot">,
): Promise<OpenCase> {
  const { home, clock, command } = parts;
  const me = process.getuid?.() ?? 0;
  const isOurs = me === 0 || (ownerOf(home.root)?.uid ?? me) === me;
  const isThere = isOurs && isFolder(roomPath(home, "metabase"));
  const [status, start, events] = await Promise.all([
    askStatus(home),
    isThere ? dryStart(parts) : undefined,
    newestEvents(home),
  ]);
  const isHeld = status !== undefined || isLocked(roomPath(home, "run", "supervisor.lock"));
  const metabase = start?.opened.ok ? start.opened.value : undefined;
  const serverUser = status === undefined ? ownerOf(home.root) : (ownerOf(`/proc/${status.pid}`) ?? ownerOf(home.root)); // system path
  const wanted = metabase?.values("server", serverSection).serviceUser ?? null;
  const chosen = chooseServiceUser(serverUser?.uid, wanted, lookUpUser, () => {});
  const serviceUser = chosen === "missing" ? undefined : (chosen ?? serverUser);
  const hands = new Map<string, Hands>();
  const handsOf = (who: "server" | "service"): Hands => {
    const user = who === "server" ? serverUser : serviceUser;
    const key = String(user?.uid);
    const found = hands.get(key) ?? new Hands({ command, user });
    hands.set(key, found);
    return found;
  };
  return {
    parts,
    home,
    nowMs: clock.wallMs(),
    isUp: status !== undefined,
    isHeld,
    metabase,
    start,
    status,
    fallen: isHeld ? undefined : markOf(roomPath(home, "run", "server.json")),
    serverUser,
    serviceUser,
    lacksServiceUser: chosen === "missing",
    events,
    strays,
    byRoot,
    maySee: isOurs,
    tryAs: (user, trials) => (trials.length === 0 ? Promise.resolve([]) : handsOf(user).tryAll(trials)),
    async close() {
      for (const it of hands.values()) it.close();
      await start?.close();
    },
  };
}

const isFolder = (path: string): boolean => seen(() => statSync(path).isDirectory(), false);

async function askStatus(home: Home): Promise<ServerStatus | undefined> {
  const asked = new ControlClient(controlSocketPath(home)).call("status.show", {});
  const answer = await Promise.race([asked, Bun.sleep(STATUS_MS).then(() => undefined)]);
  return answer?.ok ? (answer.value as unknown as ServerStatus) : undefined;
}

async function newestEvents(home: Home): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for await (const it of new EventReading(roomPath(home, "logs"), { last: EVENTS_READ })) found.push(it);
  return found;
}

/** As the kernel lists it: to take the lock, even for a moment, would keep a server from it. */
function isLocked(path: string): boolean {
  try {
    const { ino } = lstatSync(path);
    const locks = readFileSync("/proc/locks", "utf8"); // system path
    return locks.split("\n").some((line) => / FLOCK /.test(line) && new RegExp(`:${ino} `).test(line));
  } catch {
    return false;
  }
}

function markOf(path: string): Case["fallen"] {
  try {
    const given: unknown = JSON.parse(readBounded(path, MARK_BYTES_MAX)?.toString("utf8") ?? "");
    return isObject(given) && Number.isSafeInteger(given.pid) && Number.isSafeInteger(given.sinceMs)
      ? { pid: Number(given.pid), sinceMs: Number(given.sinceMs) }
      : undefined;
  } catch {
    return undefined;
  }
}
