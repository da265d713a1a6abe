// The configuration is damaged, read-only or of another release: F10, F20, F23, and what is like it.
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nobody } from "../../program/machine.ts";
import { must, type Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";
import { changeBytes, cutShort, writeFormat } from "../tampering.ts";

const file = (rig: Rig, ...names: readonly string[]): string => rig.path("metabase", ...names);
const sqlite = (rig: Rig): string => file(rig, "metabase.sqlite");

/** With its log and the index of that. */
function removeDatabase(rig: Rig): void {
  for (const it of readdirSync(file(rig))) if (it.startsWith("metabase.sqlite")) rmSync(file(rig, it));
}
function spoilCopy(rig: Rig): void {
  for (const it of readdirSync(file(rig, "copy"))) writeFileSync(file(rig, "copy", it), "garbage");
}

/** A setting is changed and the server killed; `harm` is done before it starts again, and the change is there still. */
async function changeAndKill(rig: Rig, harm: () => void): Promise<void> {
  await rig.program.must("config", "set", "ftp/sites/default/greeting", "set and killed");
  await rig.kill();
  harm();
  await rig.up();
  const value = await rig.program.must("config", "get", "ftp/sites/default/greeting");
  if (value !== "set and killed\n") throw new Error(`it is lost: ${value}`);
}

const facts = {
  family: "F10",
  object: { kind: "metabase", name: /\/metabase/ },
  article: "metabase-damaged",
  moment: "down",
  disturbs: [],
} as const;
const fromCopy = { doctor: "nothing left", heal: { by: "itself", when: "the copy of the metabase serves" } } as const;
const fromDatabase = { doctor: "nothing left", heal: { by: "itself", when: "the copy is written anew" } } as const;

export const metabaseRows: readonly FaultRow[] = [
  {
    ...facts,
    name: "the database of the metabase is cut short, after the server was killed",
    moment: "killed",
    inject: (rig) => cutShort(sqlite(rig), 0.3),
    ...fromCopy,
  },
  {
    ...facts,
    name: "the database of the metabase is garbage",
    inject(rig) {
      removeDatabase(rig);
      writeFileSync(sqlite(rig), Buffer.alloc(20_000, "garbage "));
    },
    ...fromCopy,
  },
  { ...facts, name: "the database of the metabase is gone", inject: removeDatabase, ...fromCopy },
  {
    ...facts,
    name: "a few bytes of the database of the metabase were changed by a disk",
    inject: (rig) => changeBytes(sqlite(rig), "second.example", "sXcond.example"),
    ...fromCopy,
  },
  {
    ...facts,
    name: "the log of the database is gone, after the server was killed",
    moment: "running",
    inject: (rig) =>
      changeAndKill(rig, () => {
        for (const it of ["metabase.sqlite-wal", "metabase.sqlite-shm"]) rmSync(file(rig, it), { force: true });
      }),
    doctor: "nothing left",
    heal: { by: "itself", when: "the copy brings back what was lost" },
  },
  {
    ...facts,
    name: "the copy of the metabase is garbage",
    inject: spoilCopy,
    ...fromDatabase,
  },
  {
    ...facts,
    name: "the copy of the metabase is gone",
    told: "nothing",
    inject: (rig) => rmSync(file(rig, "copy"), { recursive: true }),
    ...fromDatabase,
  },
  {
    ...facts,
    name: "files lie there that were being written when the machine went off",
    told: "nothing",
    doctor: "nothing left",
    inject(rig) {
      writeFileSync(`${sqlite(rig)}.new`, "half of a database");
      writeFileSync(file(rig, "copy", "checkpoint-99.jsonl.unfinished"), '{"is":"checkpo');
      const journal = readdirSync(file(rig, "copy")).find((it) => it.startsWith("journal-")) ?? "journal-0.jsonl";
      appendFileSync(file(rig, "copy", journal), '{"n":99,"wh');
      writeFileSync(rig.path("spool", "mail.sqlite.new"), "half of a database");
      writeFileSync(rig.path("keys", "machine.key.tmp"), "half of a key");
    },
    heal: { by: "itself", when: "none of it is read" },
  },
  {
    ...facts,
    name: "both the database and its copy are garbage",
    disturbs: "everything",
    inject(rig) {
      must("cp", "-a", file(rig), join(rig.program.folder, "backup"));
      removeDatabase(rig);
      writeFileSync(sqlite(rig), "garbage");
      spoilCopy(rig);
    },
    heal: {
      by: "person",
      must: "Put the folder metabase back from a backup.",
      does(rig) {
        rmSync(file(rig), { recursive: true });
        must("cp", "-a", join(rig.program.folder, "backup"), file(rig));
      },
    },
  },
  {
    ...facts,
    name: "the metabase was made by a newer release",
    family: "F20",
    article: "component-mismatch",
    disturbs: "everything",
    inject: (rig) => writeFormat(sqlite(rig), 99),
    heal: {
      by: "person",
      must: "Start it with the release that made it, or a later one.",
      does: (rig) => writeFormat(sqlite(rig), 1),
    },
  },
  {
    ...facts,
    name: "the metabase may not be written by the account of the server",
    family: "F17",
    article: "file-permissions",
    user: nobody,
    ...(nobody === undefined ? { skip: "only root can be somebody else" } : {}),
    inject(rig) {
      must("chown", "-R", "0:0", file(rig));
      must("chmod", "-R", "a+rX,go-w", file(rig));
    },
    heal: { by: "doctor", asRoot: true, also: ["down", "up"] },
  },
  {
    ...facts,
    name: "settings are lost by a kill right behind their change",
    family: "F23",
    moment: "running",
    told: "warning",
    object: { kind: "home", name: /höme with spaces/ },
    article: "unclean-end",
    doctor: "nothing left",
    inject: (rig) => changeAndKill(rig, () => {}),
    heal: { by: "itself", when: "a change is on the disk before it is answered" },
  },
  {
    ...facts,
    name: "a document for the configuration is malformed",
    family: "F20",
    moment: "running",
    object: { kind: "command", name: /JSON from line 2/ },
    article: "configuration-refused",
    doctor: "nothing left",
    async inject(rig) {
      mkdirSync(join(rig.program.folder, "documents"));
      const path = join(rig.program.folder, "documents", "settings.json");
      writeFileSync(path, '{ "ftp": {\n "idleTimeout" "5m" } }\n');
      await rig.refused("config", "apply", path);
    },
    heal: { by: "itself", when: "the change is refused, and what serves stays" },
  },
];
