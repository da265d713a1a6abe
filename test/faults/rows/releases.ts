// Components of different versions side by side: the seed S1 (Q291589). Each row runs from a clone whose files it changes.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";

const facts = { family: "S1", article: "component-mismatch", moment: "running", clone: true } as const;
const fromOneRelease = { by: "commands", commands: ["down", "up"] } as const;
const file = (name: RegExp) => ({ kind: "file", name }) as const;

/** Another one has to start from the files as they are now, beside the one that serves. */
const addWorker = (rig: Rig, service: string): Promise<void> => rig.apply({ [service]: { workers: 2 } });

export const releaseRows: readonly FaultRow[] = [
  {
    ...facts,
    name: "a file of the program was replaced while it runs, and one more worker is to start",
    object: file(/src\/smtp\/service\.ts/),
    disturbs: [],
    async inject(rig) {
      appendFileSync(rig.releasePath("src", "smtp", "service.ts"), " ");
      await addWorker(rig, "smtp");
    },
    heal: fromOneRelease,
  },
  {
    ...facts,
    name: "a file of the program was replaced while it runs, and a service is started again",
    object: file(/src\/smtp\/service\.ts/),
    disturbs: [],
    async inject(rig) {
      appendFileSync(rig.releasePath("src", "smtp", "service.ts"), " ");
      await rig.refused("restart", "smtp");
    },
    heal: fromOneRelease,
  },
  {
    ...facts,
    name: "a file was added to the program while it runs, as if a component came from an older disk",
    object: file(/src\/nntp\/older\.ts/),
    disturbs: [],
    async inject(rig) {
      writeFileSync(rig.releasePath("src", "nntp", "older.ts"), "export const older = true;\n");
      await rig.refused("restart", "nntp");
    },
    heal: fromOneRelease,
  },
  {
    ...facts,
    name: "the program is of another version than the one that runs, and one more worker is to start",
    object: file(/package\.json/),
    disturbs: [],
    async inject(rig) {
      const path = rig.releasePath("package.json");
      writeFileSync(path, readFileSync(path, "utf8").replace(/"version": "[^"]+"/, '"version": "9.9.9"'));
      await addWorker(rig, "ftp");
    },
    heal: fromOneRelease,
  },
  {
    ...facts,
    name: "a library of the program is missing at the start",
    family: "F15",
    article: "missing-component",
    moment: "down",
    object: file(/age-encryption/),
    disturbs: "everything",
    inject: (rig) => rmSync(rig.releasePath("node_modules")),
    heal: { by: "commands", commands: ["npm install", "up"] },
  },
];
