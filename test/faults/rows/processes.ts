// Processes that are killed, hang, or leave things behind, and the folders that belong to them: F11, F18, F19, F22, F32.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../program/eventually.ts";
import { nobody } from "../../program/machine.ts";
import { familyOf } from "../../program/processes.ts";
import { pick } from "../../program/server.ts";
import { failing, probes } from "../probes.ts";
import { must, type Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";

const LOSSES = 5;
const harmless = { told: "nothing", doctor: "nothing left", disturbs: [], heal: { by: "itself" } } as const;
const ofHome = { kind: "home", name: /höme with spaces/ } as const;
const ofRoot = nobody === undefined ? { skip: "only root can be somebody else" } : {};
const clockLibrary = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
  .map((it) => `/usr/lib/${it}/faketime/libfaketime.so.1`) // system path
  .find((it) => existsSync(it));
const clockFile = join(tmpdir(), `inetsrv clock ${process.pid}`);

async function lose(rig: Rig, service: string): Promise<void> {
  const [pid = 0] = await rig.server.workers(service);
  process.kill(pid, "SIGKILL");
  await rig.server.until("it is felt", (it) => pick(it, service).workers.every((worker) => worker.pid !== pid));
}

export const processRows: readonly FaultRow[] = [
  {
    name: "the server was killed",
    family: "own",
    object: ofHome,
    article: "unclean-end",
    told: "warning",
    moment: "killed",
    disturbs: [],
    doctor: "nothing left",
    inject: () => {},
    heal: { by: "itself", when: "everything acknowledged was on the disk" },
  },
  {
    name: "a worker is killed",
    family: "F18",
    object: { kind: "service", name: /smtp/ },
    article: "crash-loop",
    moment: "running",
    disturbs: ["smtp"],
    doctor: "nothing left",
    inject: (rig) => lose(rig, "smtp"),
    heal: { by: "itself", when: "another one is started" },
  },
  {
    name: "the worker of a service is killed again and again",
    family: "F18",
    object: { kind: "service", name: /nntp/ },
    article: "crash-loop",
    told: "critical",
    moment: "running",
    disturbs: ["nntp"],
    async inject(rig) {
      for (let n = 0; n < LOSSES; n++) {
        const alive = await rig.server.until("a worker", (it) => pick(it, "nntp").workers.length > 0);
        process.kill(pick(alive, "nntp").workers[0]?.pid ?? 0, "SIGKILL");
        const pid = pick(alive, "nntp").workers[0]?.pid;
        await rig.server.until("it is felt", (it) => pick(it, "nntp").workers.every((worker) => worker.pid !== pid));
      }
    },
    heal: { by: "commands", commands: ["start nntp"] },
  },
  {
    name: "a worker hangs, and answers nothing any more",
    family: "F22",
    object: { kind: "service", name: /ftp/ },
    article: "crash-loop",
    moment: "running",
    disturbs: ["ftp"],
    doctor: "nothing left",
    async inject(rig) {
      const [pid = 0] = await rig.server.workers("ftp");
      process.kill(pid, "SIGSTOP");
    },
    heal: { by: "itself", when: "it is ended by force, and another one is started" },
  },
  {
    name: "a new worker hangs in its start",
    family: "F11",
    object: { kind: "service", name: /ftp/ },
    article: "slow-start",
    moment: "running",
    disturbs: [],
    doctor: "nothing left",
    async inject(rig) {
      const before = familyOf(rig.server.pid);
      await rig.program.must("config", "set", "ftp/startTimeout", "2s");
      const restart = rig.refused("restart", "ftp");
      const pid = await eventually("a new worker", () => familyOf(rig.server.pid).find((it) => !before.includes(it)));
      process.kill(pid, "SIGSTOP");
      await restart;
    },
    heal: { by: "commands", commands: ["config unset ftp/startTimeout", "restart ftp"] },
  },
  {
    ...harmless,
    name: "a control socket and a lock are left over of a process that is gone",
    family: "F22",
    object: ofHome,
    article: "stop-overlaps-start",
    moment: "down",
    inject(rig) {
      mkdirSync(rig.path("run"), { recursive: true, mode: 0o700 });
      writeFileSync(rig.path("run", "control.sock"), "");
      writeFileSync(rig.path("run", "supervisor.lock"), '{"role":"server","pid":1,"sinceMs":0}');
    },
  },
  {
    name: "a second server is started on the home",
    family: "F22",
    object: ofHome,
    article: "stop-overlaps-start",
    moment: "running",
    disturbs: [],
    doctor: "nothing left",
    inject: (rig) => rig.refused("up"),
    heal: { by: "itself", when: "the first one serves on" },
  },
  {
    name: "a file lies in the place of the folder run",
    family: "F19",
    object: { kind: "home", name: /\/run/ },
    article: "derived-files",
    cause: { name: /\/run/, article: "hard-coded-path" },
    moment: "down",
    disturbs: "everything",
    inject(rig) {
      rmSync(rig.path("run"), { recursive: true });
      writeFileSync(rig.path("run"), "");
    },
    heal: { by: "doctor", also: ["up"] },
  },
  {
    name: "the control socket is removed while the server runs",
    family: "own",
    object: { kind: "home", name: /control\.sock/ },
    article: "derived-files",
    told: "warning",
    moment: "running",
    disturbs: [],
    doctor: "nothing left",
    async inject(rig) {
      rmSync(rig.path("run", "control.sock"));
      await rig.program.must("status");
    },
    heal: { by: "itself", when: "it is made again, and commands wait for that" },
  },
  {
    ...harmless,
    name: "the folder cache is deleted while the server runs",
    family: "F19",
    object: { kind: "home", name: /cache/ },
    article: "derived-files",
    moment: "running",
    inject: (rig) => rmSync(rig.path("cache"), { recursive: true }),
  },
  {
    ...harmless,
    name: "cache, logs and run are gone after a move",
    family: "F19",
    object: ofHome,
    article: "derived-files",
    moment: "down",
    inject(rig) {
      for (const it of ["cache", "logs", "run", "releases"]) rmSync(rig.path(it), { recursive: true, force: true });
    },
  },
  {
    ...harmless,
    name: "garbage lies in the folder releases",
    family: "F19",
    object: ofHome,
    article: "component-mismatch",
    moment: "down",
    inject(rig) {
      mkdirSync(rig.path("releases", "9.9.9"), { recursive: true });
      writeFileSync(rig.path("releases", "9.9.9", "release.json"), "{ half");
      writeFileSync(rig.path("releases", ".unfinished-1.0.0"), "");
    },
  },
  {
    name: "the user of the services is missing",
    family: "F16",
    object: { kind: "account", name: /ghost/ },
    article: "service-account",
    moment: "down",
    disturbs: "everything",
    ...ofRoot,
    inject: (rig) => rig.program.must("config", "set", "server/serviceUser", "ghost").then(() => {}),
    heal: { by: "commands", commands: ["config set server/serviceUser nobody"] },
  },
  {
    name: "the home belongs to another user",
    family: "F17",
    object: ofHome,
    article: "file-permissions",
    moment: "down",
    disturbs: "everything",
    user: nobody,
    ...ofRoot,
    inject(rig) {
      must("chown", "-R", "0:0", rig.program.home);
      must("chmod", "-R", "go-rwx", rig.program.home);
    },
    heal: {
      by: "person",
      must: "As root, give the home to the account of the server.",
      does: (rig) => must("chown", "-R", `${nobody}:${nobody}`, rig.program.home),
    },
  },
  {
    name: "the folder of an access log may not be written",
    family: "F24",
    object: { kind: "file", name: /W3SVC-default/ },
    article: "access-log-unwritten",
    cause: { name: /W3SVC-default/, article: "file-permissions" },
    moment: "down",
    disturbs: [],
    ...ofRoot,
    inject(rig) {
      for (const it of ["logs/W3SVC-default", "logs"]) must("chown", "-R", "0:0", rig.path(it));
      chmodSync(rig.path("logs", "W3SVC-default"), 0o555);
      must("chattr", "+i", rig.path("logs", "W3SVC-default"));
      rig.inTheEnd(() => Bun.spawnSync(["chattr", "-i", rig.path("logs", "W3SVC-default")]));
    },
    heal: {
      by: "person",
      must: "Let the user of the services write there.",
      does: (rig) => must("chattr", "-i", rig.path("logs", "W3SVC-default")),
    },
  },
  {
    name: "the folder of an access log was given to another user while it is written",
    family: "F24",
    object: { kind: "file", name: /W3SVC-default/ },
    article: "access-log-unwritten",
    cause: { name: /W3SVC-default/, article: "file-permissions" },
    moment: "running",
    disturbs: [],
    ...ofRoot,
    async inject(rig) {
      const folder = rig.path("logs", "W3SVC-default");
      for (const it of readdirSync(folder)) rmSync(join(folder, it));
      must("chown", "0:0", folder);
      await failing(probes, rig.ports);
    },
    heal: { by: "doctor" },
  },
  {
    name: "the folder of the logs is deleted while they are written",
    family: "F24",
    object: { kind: "file", name: /\/logs/ },
    article: "access-log-unwritten",
    cause: { name: /\/logs/, article: "file-permissions" },
    moment: "running",
    disturbs: [],
    ...ofRoot,
    async inject(rig) {
      rmSync(rig.path("logs"), { recursive: true });
      await failing(probes, rig.ports);
    },
    heal: { by: "doctor" },
  },
  {
    name: "the event log may not be written",
    family: "F24",
    object: { kind: "file", name: /events\.jsonl/ },
    article: "file-permissions",
    moment: "down",
    disturbs: [],
    user: nobody,
    ...ofRoot,
    inject(rig) {
      must("chown", "0:0", rig.path("logs", "events.jsonl"));
      must("chmod", "644", rig.path("logs", "events.jsonl"));
    },
    heal: { by: "doctor", asRoot: true },
  },
  {
    name: "the clock of the machine is years in the past",
    family: "own",
    object: { kind: "process", name: /the clock of this machine/ },
    article: "clock-wrong",
    moment: "down",
    disturbs: ["tls"],
    ...(clockLibrary === undefined ? { skip: "no libfaketime on this machine" } : {}),
    // The clock is what the file says, at every look.
    wrapper: [
      ...["env", `LD_PRELOAD=${clockLibrary}`, `FAKETIME_TIMESTAMP_FILE=${clockFile}`],
      ...["FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"],
    ],
    prepare: (rig) => {
      writeFileSync(clockFile, "+0");
      rig.inTheEnd(() => rmSync(clockFile));
    },
    inject: () => writeFileSync(clockFile, "-2000d"),
    heal: {
      by: "person",
      must: "Set the clock, then start the server again.",
      async does(rig) {
        writeFileSync(clockFile, "+0");
        await rig.down();
      },
    },
  },
];
