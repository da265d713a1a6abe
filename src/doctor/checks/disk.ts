// Room and inodes on each disk that the home, the spool or a log is on.
import { resolve } from "node:path";
import { about } from "../../base/fault.ts";
import { type Room, roomPath } from "../../base/home.ts";
import { shellWord } from "../../base/shell-word.ts";
import type { DoctorCheck, Finding } from "../../service/doctor-check.ts";
import { RESERVE_BYTES } from "../../spool/reserve.ts";
import type { Case } from "../case.ts";
import { sitesOf } from "../sites.ts";

/** Below this neither the reserve of the spool nor a file of the log fits. */
const FULL_BYTES = RESERVE_BYTES;
const SHORT_BYTES = 256 * 1024 * 1024;
const SHORT_SHARE = 0.02;
const FULL_FILES = 16;

export const diskCheck: DoctorCheck<Case> = {
  name: "disk",
  title: "room and inodes on the disks of home, spool and logs",
  needs: ["home"],
  async look(it) {
    const { home, metabase, parts } = it;
    const rooms: readonly Room[] = ["metabase", "spool", "logs"];
    const logs =
      metabase === undefined ? [] : sitesOf(metabase, parts.services).map(({ values }) => values.accessLogFolder);
    const folders = [
      home.root,
      ...rooms.map((room) => roomPath(home, room)),
      ...logs.map((log) => resolve(home.root, log)),
    ];
    // Whether it is there is seen by the hand too: what is mounted there may not answer.
    const paths = [...new Set(folders)];
    const ends = await it.tryAs(
      "server",
      paths.map((path) => ({ try: "disk", path })),
    );
    const disks = new Map<
      unknown,
      { readonly path: string; readonly facts: Readonly<Record<string, number | string>> }
    >();
    paths.forEach((path, index) => {
      const end = ends[index];
      if (end?.is === "fine" && !disks.has(end.facts.dev)) disks.set(end.facts.dev, { path, facts: end.facts });
    });
    return [...disks.values()].flatMap(({ path, facts }) => [...flaws(path, facts)]);
  },
};

function* flaws(path: string, facts: Readonly<Record<string, number | string>>): Generator<Finding> {
  const number = (key: string): number => Number(facts[key] ?? 0);
  const [free, total] = [number("freeBytes"), number("totalBytes")];
  const base = { subject: about("file", path), article: "disk-full" } as const;
  const remedy = `See what takes the room: du -xh ${shellWord(path)} | sort -h | tail. Access logs are kept as long as accessLogKeepFor says`;
  const left = `${Math.floor(free / 1024 / 1024).toLocaleString("en")} MiB of ${Math.floor(total / 1024 / 1024).toLocaleString("en")} MiB`;
  if (total > 0 && free < FULL_BYTES)
    yield {
      ...base,
      level: "error",
      what: `The disk of ${path} is full: ${left} are left`,
      matters: "No change is recorded, logs have gaps, and mail is told to come later (452)",
      remedy,
      causes: ["disk full"],
    };
  else if (free < SHORT_BYTES && free < total * SHORT_SHARE)
    yield {
      ...base,
      level: "warning",
      what: `The disk of ${path} is nearly full: ${left} are left`,
      matters: "When it is full, no change is recorded, logs have gaps, and mail is told to come later",
      remedy,
    };
  if (number("totalFiles") > 0 && number("freeFiles") < FULL_FILES)
    yield {
      ...base,
      level: "error",
      what: `The disk of ${path} can take ${number("freeFiles")} more files (inodes), whatever room it has`,
      matters: "No file can be made: no message, no log, no record of a change",
      remedy: `Find the folder with most files and remove what nobody needs: du --inodes -x ${shellWord(path)} | sort -n | tail`,
      causes: ["disk full"],
    };
}
