// Setup and runtime disagreed about paths: the seed S3 (Q197303). Most of these rows show that nothing is to be told, as a
// home may lie anywhere.
import { chmodSync, cpSync, mkdirSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { eventually } from "../../program/eventually.ts";
import { nobody } from "../../program/machine.ts";
import { mayMount, mountDisk } from "../disk.ts";
import { failing, probes } from "../probes.ts";
import { must, type Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";

const facts = {
  family: "S3",
  object: { kind: "home", name: /inetsrv-/ },
  article: "hard-coded-path",
  moment: "down",
  disturbs: [],
} as const;
const harmless = { ...facts, told: "nothing", doctor: "nothing left", heal: { by: "itself" } } as const;

function moveTo(rig: Rig, ...names: readonly string[]): void {
  const place = join(rig.program.folder, ...names);
  mkdirSync(dirname(place), { recursive: true });
  renameSync(rig.program.home, place);
  rig.program.home = place;
}

/** So that it is felt. What is known of a file is looked at again within a second or two. */
const askSecond = (rig: Rig): Promise<true> =>
  eventually("the loss is felt", async () => (await failing(second, rig.ports)).length > 0);
const second = probes.filter((it) => it.name === "www/second");

export const pathRows: readonly FaultRow[] = [
  { ...harmless, name: "the home was moved while the server was down", inject: (rig) => moveTo(rig, "else", "where") },
  {
    ...harmless,
    name: "the home was moved after the server was killed",
    moment: "killed",
    told: "warning",
    object: { kind: "home", name: /else\/where/ },
    article: "unclean-end",
    inject: (rig) => moveTo(rig, "else", "where"),
  },
  {
    ...harmless,
    name: "the home was copied, and the copy serves",
    inject(rig) {
      const copy = join(rig.program.folder, "copy");
      must("cp", "-a", rig.program.home, copy);
      rig.program.home = copy;
    },
  },
  {
    ...facts,
    name: "the home was copied without its owners, as by a simple backup",
    object: { kind: "file", name: /\/spool/ },
    article: "file-permissions",
    disturbs: ["smtp"],
    skip: nobody === undefined ? "only root runs services as another user" : undefined,
    inject(rig) {
      const copy = join(rig.program.folder, "copy");
      cpSync(rig.program.home, copy, { recursive: true });
      rig.program.home = copy;
    },
    heal: { by: "doctor", also: ["restart smtp"] },
  },
  {
    ...harmless,
    name: "the home was renamed, with spaces, quotes and letters of all alphabets",
    inject: (rig) => moveTo(rig, `Мой "дом's $HOME %s 家 🏠`),
  },
  {
    ...harmless,
    name: "the home lies deeper than the name of a socket may be long",
    inject: (rig) => moveTo(rig, ...Array.from({ length: 8 }, () => "a folder of thirty letters ...")),
  },
  {
    ...harmless,
    name: "the home lies behind a symbolic link",
    inject(rig) {
      moveTo(rig, "real");
      rig.program.home = join(rig.program.folder, "link");
      symlinkSync("real", rig.program.home);
    },
  },
  {
    ...harmless,
    name: "the home was moved to another disk",
    skip: mayMount ? undefined : "only root can mount a disk",
    inject(rig) {
      const disk = join(rig.program.folder, "disk");
      mkdirSync(disk);
      mountDisk(rig, disk, "size=400m");
      must("cp", "-a", rig.program.home, join(disk, "home"));
      rig.program.home = join(disk, "home");
    },
  },
  {
    ...harmless,
    name: "the variables of the environment name folders, a language and a zone that are not there",
    environment: {
      HOME: "/nowhere/home",
      TMPDIR: "/nowhere/temporary",
      XDG_RUNTIME_DIR: "/nowhere/run",
      LC_ALL: "xx_YY.UTF-8",
      TZ: "Nowhere/City",
    },
    inject() {},
  },
  {
    ...facts,
    name: "the home is not where the server is told to look",
    disturbs: "everything",
    object: { kind: "home", name: /höme with spaces/ },
    inject: (rig) => renameSync(rig.program.home, join(rig.program.folder, "elsewhere")),
    heal: {
      by: "person",
      must: "Name the folder where the home is: `inetsrv --home FOLDER up`.",
      does(rig) {
        rig.program.home = join(rig.program.folder, "elsewhere");
      },
    },
  },
  {
    ...facts,
    name: "the folder that a web site serves was renamed",
    object: { kind: "site", name: /content\/second/ },
    disturbs: ["www/second"],
    inject: (rig) => renameSync(rig.path("content", "second"), rig.path("content", "renamed")),
    heal: {
      by: "person",
      must: "Give the folder its name back, or name the new one in www/sites/second/path.",
      does: (rig) => rig.type("config set www/sites/second/path content/renamed"),
    },
  },
  {
    ...facts,
    name: "the folder that a web site serves is lost while it serves",
    object: { kind: "site", name: /content\/second/ },
    moment: "running",
    disturbs: ["www/second"],
    async inject(rig) {
      renameSync(rig.path("content", "second"), rig.path("content", "renamed"));
      await askSecond(rig);
    },
    heal: {
      by: "person",
      must: "Give the folder its name back, or name the new one in www/sites/second/path.",
      does: (rig) => renameSync(rig.path("content", "renamed"), rig.path("content", "second")),
    },
  },
  {
    ...facts,
    name: "the folder that a web site serves is closed to the user of the services",
    family: "F17",
    object: { kind: "site", name: /content\/second/ },
    article: "file-permissions",
    moment: "running",
    disturbs: ["www/second"],
    skip: nobody === undefined ? "only root runs services as another user" : undefined,
    async inject(rig) {
      chmodSync(rig.path("content", "second"), 0o700);
      await askSecond(rig);
    },
    heal: { by: "doctor" },
  },
];
