// What happens to installed releases: files that are not of them, installations and activations that end half way, a new one
// that cannot serve. The seed S1 (Q291589) again, where a manifest tells what belongs together.
import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { eventually } from "../../program/eventually.ts";
import { nobody } from "../../program/machine.ts";
import { BESIDE, BROKEN, IN_USE } from "../installed.ts";
import type { Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";

const SERVICE = ["src", "smtp", "service.ts"] as const;
const DIALOGUE = ["src", "nntp", "dialogue.ts"] as const;
const facts = { family: "S1", article: "component-mismatch", moment: "down", installed: true } as const;
const file = (name: RegExp) => ({ kind: "file", name }) as const;
const inUse = (rig: Rig, ...names: readonly string[]): string => rig.rootPath("releases", IN_USE, ...names);

/** By the release beside it, as the message says; of a file that differs there the package has the right one. */
const repair = `${BESIDE} release repair ${IN_USE}`;
const repairFromPackage = `${repair} --from package:${IN_USE}`;
const repaired = (...commands: readonly string[]) => ({ by: "commands", commands }) as const;

async function killed(child: Bun.Subprocess): Promise<void> {
  child.kill("SIGKILL");
  await child.exited;
}

/** A command of the release in use that goes on behind our back. */
const begin = (rig: Rig, ...words: readonly string[]): Bun.Subprocess =>
  Bun.spawn([rig.rootPath("current", "inetsrv"), "--home", rig.program.home, ...words], {
    stdio: ["ignore", "ignore", "ignore"],
  });

/** The new release serves on trial; its process. */
async function onTrial(rig: Rig): Promise<{ readonly pid: number; readonly command: Bun.Subprocess }> {
  const command = begin(rig, "release", "activate", BESIDE, "--trial", "60s", "--yes");
  const pid = await eventually("it is on trial", async () => {
    const status = await rig.server.status();
    return status?.version === BESIDE && status.trial !== null ? status.pid : undefined;
  });
  return { pid, command };
}

/** An activation, as a restart, tells idle clients in order that they have to connect again; all who come are served. */
function detach(rig: Rig): void {
  rig.attached?.[Symbol.dispose]();
  rig.attached = undefined;
}

const unclean = { kind: "home", name: /höme with spaces/ } as const;

export const installedRows: readonly FaultRow[] = [
  {
    ...facts,
    name: "a file of an installed release was replaced by that of another version",
    object: file(/smtp\/service\.ts/),
    disturbs: "everything",
    inject: (rig) => cpSync(rig.rootPath("releases", BESIDE, ...SERVICE), inUse(rig, ...SERVICE)),
    heal: repaired(repairFromPackage),
  },
  {
    ...facts,
    name: "a file of an installed release is missing at the start",
    object: file(/nntp\/dialogue\.ts/),
    disturbs: "everything",
    inject: (rig) => rmSync(inUse(rig, ...DIALOGUE)),
    heal: repaired(repair),
  },
  {
    ...facts,
    name: "a file of an installed release is cut short at the start",
    object: file(/nntp\/dialogue\.ts/),
    disturbs: "everything",
    inject: (rig) => truncateSync(inUse(rig, ...DIALOGUE), 2000),
    heal: repaired(repair),
  },
  {
    ...facts,
    name: "the releases are closed to the user of the services, as after an installation with a strict umask",
    family: "F17",
    article: "file-permissions",
    skip: nobody === undefined ? "only root runs services as another user" : undefined,
    object: file(/releases/),
    told: "nothing",
    doctor: "nothing left",
    disturbs: [],
    inject: (rig) => chmodSync(rig.rootPath("releases"), 0o700),
    heal: { by: "itself", when: "the program is read before its rights are laid down" },
  },
  {
    ...facts,
    name: "a file was added to an installed release",
    object: file(/src\/nntp\/older\.ts/),
    disturbs: "everything",
    inject: (rig) => writeFileSync(inUse(rig, "src", "nntp", "older.ts"), "export const older = true;\n"),
    heal: repaired(repair),
  },
  {
    ...facts,
    name: "a file of an installed release is missing while it runs, and one more worker is to start",
    moment: "running",
    object: file(/nntp\/dialogue\.ts/),
    disturbs: [],
    async inject(rig) {
      rmSync(inUse(rig, ...DIALOGUE));
      await rig.apply({ nntp: { workers: 2 } });
    },
    heal: repaired(repair, "restart nntp"),
  },
  {
    ...facts,
    name: "a hotfix is installed on a base that is not the one it was made for",
    moment: "running",
    object: { kind: "release", name: /0\.2\.0|0\.3\.0/ },
    disturbs: [],
    doctor: "nothing left",
    inject: (rig) => rig.refused("release", "install", rig.packageOf("hotfix"), "--onto", IN_USE),
    heal: { by: "itself", when: "it is refused, and what serves stays" },
  },
  {
    ...facts,
    name: "the installation of a hotfix is killed half way",
    moment: "running",
    told: "nothing",
    object: { kind: "release", name: /0\.3\.0\+fix1/ },
    disturbs: [],
    doctor: "nothing left",
    async inject(rig) {
      const install = begin(rig, "release", "install", rig.packageOf("hotfix"));
      await eventually("it has begun", () => namesIn(rig).some((it) => it.includes(".part-")));
      await killed(install);
      if (namesIn(rig).includes("0.3.0+fix1")) throw new Error("it was through already");
    },
    heal: repaired("release install package:hotfix"),
  },
  {
    ...facts,
    name: "garbage lies among the installed releases",
    told: "nothing",
    object: { kind: "release", name: /garbage/ },
    disturbs: [],
    doctor: "nothing left",
    inject(rig) {
      mkdirSync(rig.rootPath("releases", "0.9.9"));
      writeFileSync(rig.rootPath("releases", "0.9.9", "release.json"), "garbage");
      writeFileSync(rig.rootPath("releases", "garbage"), "garbage");
      writeFileSync(rig.path("releases", "trial.json"), "garbage");
    },
    heal: { by: "itself" },
  },
  {
    ...facts,
    name: "the link to the release in use points nowhere while it serves",
    moment: "running",
    told: "nothing",
    object: { kind: "release", name: /current/ },
    disturbs: [],
    doctor: "nothing left",
    inject(rig) {
      rmSync(rig.rootPath("current"));
      symlinkSync("releases/0.0.1", rig.rootPath("current"));
      rig.program.command = [inUse(rig, "inetsrv")];
    },
    heal: repaired("down", `${IN_USE} release activate ${IN_USE} --yes`),
  },
  {
    ...facts,
    name: "a new release that cannot serve is activated",
    moment: "running",
    article: "release-gone-back",
    object: { kind: "release", name: /0\.4\.0/ },
    disturbs: [],
    doctor: "nothing left",
    async inject(rig) {
      detach(rig);
      await rig.refused("release", "activate", BROKEN, "--trial", "60s", "--yes");
    },
    heal: { by: "itself", when: "it goes back to the one before" },
  },
  {
    ...facts,
    name: "the new release is killed in the middle of its activation",
    moment: "running",
    article: "release-gone-back",
    object: { kind: "release", name: /0\.3\.0/ },
    disturbs: [],
    doctor: "nothing left",
    async inject(rig) {
      const { pid, command } = await onTrial(rig);
      detach(rig);
      process.kill(pid, "SIGKILL");
      await command.exited;
      await rig.server.until("the one before serves again", (it) => it.version === IN_USE && it.trial === null);
    },
    heal: { by: "itself", when: "it goes back to the one before" },
  },
  {
    ...facts,
    name: "the old release is killed in the middle of an activation",
    moment: "running",
    told: "warning",
    article: "release-gone-back",
    object: { kind: "release", name: /0\.3\.0/ },
    disturbs: [],
    doctor: "nothing left",
    async inject(rig) {
      await killOnTrial(rig, "old");
      await rig.up();
    },
    heal: { by: "itself", when: "the next start is that of the one before" },
  },
  {
    ...facts,
    name: "old and new release are both killed in the middle of an activation",
    moment: "running",
    told: "warning",
    article: "unclean-end",
    object: unclean,
    disturbs: [],
    doctor: "nothing left",
    async inject(rig) {
      await killOnTrial(rig, "both");
      await rig.up();
    },
    heal: { by: "itself", when: "the next start is that of the one before" },
  },
];

const namesIn = (rig: Rig): readonly string[] => [
  ...new Bun.Glob("*").scanSync({ cwd: rig.rootPath("releases"), onlyFiles: false }),
];

async function killOnTrial(rig: Rig, which: "old" | "both"): Promise<void> {
  const { pid, command } = await onTrial(rig);
  detach(rig);
  await rig.kill();
  if (which === "both") process.kill(pid, "SIGKILL");
  await command.exited;
  await eventually("nothing is left", () => !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
