// Disks that are full, and other bounds of the machine: F28, F34, and what is like it. A disk here is one in memory.
import { findProgram } from "../../program/machine.ts";
import { Peer } from "../../program/peer.ts";
import { empty, fill, giveDisk, makeFolders, needsMount, removeFolders } from "../disk.ts";
import { failing, probes } from "../probes.ts";
import type { Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";

const facts = { family: "F28", article: "disk-full", moment: "running", disturbs: [], ...needsMount } as const;
const withRoom = (room: string, again: string) =>
  ({ by: "person", must: `Make room on that disk; ${again}.`, does: (rig: Rig) => empty(rig, room) }) as const;

const DESCRIPTORS = 400;
const CLIENTS = 300;
const REQUESTS = 40;
const prlimit = findProgram("prlimit");

export const diskRows: readonly FaultRow[] = [
  {
    ...facts,
    name: "the disk of the whole home is full at the start",
    object: { kind: "file", name: /höme with spaces\// },
    cause: { name: /höme with spaces/, article: "disk-full" },
    moment: "down",
    disturbs: ["smtp"],
    inject(rig) {
      giveDisk(rig, ".", "size=200m");
      fill(rig, ".");
    },
    heal: {
      by: "person",
      must: "Make room on that disk, then `inetsrv restart smtp`.",
      async does(rig) {
        empty(rig, ".");
        await rig.program.run("restart", "smtp");
      },
    },
  },
  {
    ...facts,
    name: "the disk of the metabase is full during a change",
    object: { kind: "metabase", name: /\/metabase/ },
    prepare: (rig) => giveDisk(rig, "metabase", "size=2m"),
    async inject(rig) {
      fill(rig, "metabase");
      await untilRefused(rig);
    },
    heal: withRoom("metabase", "make the change again"),
  },
  {
    ...facts,
    name: "the disk of the spool is full",
    object: { kind: "file", name: /\/spool/ },
    article: "spool-disk-short",
    cause: { name: /\/spool/, article: "disk-full" },
    disturbs: ["smtp"],
    prepare: (rig) => giveDisk(rig, "spool", "size=200m"),
    async inject(rig) {
      fill(rig, "spool");
      await askForMail(rig);
    },
    heal: withRoom("spool", "mail is accepted again by itself"),
  },
  {
    ...facts,
    name: "the disk of the logs is full",
    object: { kind: "file", name: /\/logs\/\w+-(default|second)/ },
    article: "access-log-unwritten",
    cause: { name: /\/logs/, article: "disk-full" },
    prepare: (rig) => giveDisk(rig, "logs", "size=1m"),
    async inject(rig) {
      fill(rig, "logs");
      // Files may have room of their own left.
      for (let n = 0; n < REQUESTS; n++) await failing(probes, rig.ports);
    },
    heal: withRoom("logs", "it is written again by itself"),
  },
  {
    ...facts,
    name: "the disk of the spool has no inodes left",
    object: { kind: "file", name: /\/spool/ },
    moment: "down",
    disturbs: ["smtp"],
    inject(rig) {
      giveDisk(rig, "spool", "size=200m,nr_inodes=400");
      makeFolders(rig, "spool");
    },
    heal: {
      by: "person",
      must: "Remove files from that disk, then `inetsrv restart smtp`.",
      async does(rig) {
        removeFolders(rig, "spool");
        await rig.program.run("restart", "smtp");
      },
    },
  },
  {
    name: "clients take all descriptors of a worker",
    family: "F34",
    object: { kind: "address", name: /127\.0\.0\.1:\d+/ },
    article: "out-of-descriptors",
    cause: { name: /of nntp .*127\.0\.0\.1:/, article: "out-of-descriptors" },
    moment: "running",
    disturbs: ["nntp"],
    told: "warning",
    skip: prlimit === undefined ? "no prlimit on this machine" : undefined,
    wrapper: [prlimit ?? "", `--nofile=${DESCRIPTORS}`],
    async inject(rig) {
      const port = rig.ports.get("nntp/second")?.clear ?? 0;
      const peers = await Promise.all(Array.from({ length: CLIENTS }, () => Peer.open(port)));
      for (const it of peers) rig.hold(() => it[Symbol.dispose]());
    },
    heal: { by: "itself", when: "as soon as some of them have gone", does: (rig) => rig.letGo() },
  },
];

/** So that it is felt. */
const askForMail = (rig: Rig) =>
  failing(
    probes.filter((it) => it.name === "smtp/default"),
    rig.ports,
  );

/** Files may have room of their own left: changes are made until one is refused. */
async function untilRefused(rig: Rig): Promise<void> {
  for (let n = 0; n < 50; n++) {
    const words = ["config", "set", "ftp/sites/default/greeting", `full ${n} ${"x".repeat(400)}`];
    const { code } = await rig.program.run(...words);
    if (code !== 0) return;
  }
  throw new Error("no change was refused");
}
