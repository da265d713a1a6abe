// The folders and books of mail, and the servers that it is for: F25, F26, F28 and F31, and what is like it.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { siteFolder } from "../../mail/site-folder.ts";
import { eventually } from "../../program/eventually.ts";
import { freePort } from "../../program/free-port.ts";
import { nobody } from "../../program/machine.ts";
import { DROPS, handIn } from "../ledger.ts";
import { must, type Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";
import { SmartHost } from "../smart-host.ts";
import { writeFormat } from "../tampering.ts";

const books = (rig: Rig): string => rig.path("spool", "mail.sqlite");
const folderOf = (rig: Rig, name: "Pickup" | "Drop" | "Badmail"): string => siteFolder(rig.program.home, name);
const spool = { kind: "file", name: /\/spool/ } as const;
const ofRoot = nobody === undefined ? { skip: "only root runs services as another user" } : {};

/** Letters for a program that reads the drop folder, or for the pickup folder. */
const letter = (to: string, from = "From: ada@house.example"): string =>
  `${from}\r\nTo: ${to}\r\nSubject: from a program\r\n\r\nHello\r\n`;

async function pickUp(rig: Rig, name: string, text: string): Promise<void> {
  const folder = folderOf(rig, "Pickup");
  await eventually("the pickup folder", () => readdirSync(folder, { encoding: "utf8" }) !== undefined);
  writeFileSync(join(rig.program.folder, name), text);
  must("chmod", "644", join(rig.program.folder, name));
  renameSync(join(rig.program.folder, name), join(folder, name));
}
const port = (rig: Rig): number => rig.ports.get("smtp/default")?.clear ?? 0;

/** The bodies that lie beside the books, of which the installation has one. */
const bodies = (rig: Rig): readonly string[] =>
  readdirSync(rig.path("spool", "bodies")).map((it) => rig.path("spool", "bodies", it));

export const mailRows: readonly FaultRow[] = [
  {
    name: "the books of the mail spool are garbage",
    family: "F31",
    object: spool,
    article: "spool-damaged",
    moment: "down",
    disturbs: [],
    doctor: "nothing left",
    destroys: ["first", "second", "last"],
    inject(rig) {
      for (const it of ["-wal", "-shm"]) rmSync(books(rig) + it, { force: true });
      writeFileSync(books(rig), Buffer.alloc(20_000, "garbage "));
    },
    heal: { by: "itself", when: "what reads is brought over, and new mail is accepted" },
  },
  {
    name: "the last record of the mail spool is damaged, after a kill in the middle of writing",
    family: "F31",
    object: { kind: "home", name: /höme with spaces/ },
    article: "unclean-end",
    told: "warning",
    moment: "killed",
    disturbs: [],
    doctor: "nothing left",
    inject: (rig) => writeFileSync(`${books(rig)}-wal`, "\x00\x01half of a record", { flag: "a" }),
    heal: { by: "itself", when: "what was not acknowledged is dropped" },
  },
  {
    name: "the file of a body is gone",
    family: "F31",
    object: { kind: "file", name: /bodies|[0-9a-z]{16}/ },
    article: "spool-damaged",
    moment: "running",
    disturbs: [],
    destroys: ["large"],
    async inject(rig) {
      for (const it of bodies(rig)) rmSync(it);
      await rig.program.must("queue", "release", "--all", "--yes");
      // They were tried once before they were held, and would be again only after a while.
      await rig.program.must("queue", "retry", "--all", "--yes");
    },
    heal: {
      by: "person",
      must: "Bring the file back from a copy, or delete the message that the event names.",
      does: () => {},
    },
  },
  {
    name: "the mail spool was made by a newer release",
    family: "S1",
    object: spool,
    article: "component-mismatch",
    moment: "down",
    disturbs: ["smtp"],
    inject: (rig) => writeFormat(books(rig), 99),
    heal: {
      by: "person",
      must: "Start it with the release that made it, or a later one.",
      async does(rig) {
        writeFormat(books(rig), 1);
        await rig.program.run("restart", "smtp");
      },
    },
  },
  {
    name: "files are left of bodies that were being received",
    family: "F26",
    object: spool,
    article: "spool-damaged",
    told: "nothing",
    doctor: "nothing left",
    moment: "down",
    disturbs: [],
    inject(rig) {
      writeFileSync(rig.path("spool", "bodies", "dc4qhmp99yn4rhpk.part"), "half of a letter");
      rmSync(rig.path("spool", "reserve"), { force: true });
    },
    heal: { by: "itself", when: "they are removed, and the reserve is made again" },
  },
  {
    name: "the pickup folder is gone",
    family: "F26",
    object: { kind: "site", name: /Pickup/ },
    article: "mail-pickup",
    moment: "running",
    disturbs: [],
    doctor: "nothing left",
    inject: (rig) => rmSync(folderOf(rig, "Pickup"), { recursive: true }),
    heal: { by: "itself", when: "it is made again" },
  },
  {
    name: "the pickup folder may not be read by the user of the services",
    family: "F26",
    object: { kind: "site", name: /\/pickup/ },
    article: "mail-pickup",
    cause: { name: /\/pickup/, article: "file-permissions" },
    moment: "down",
    disturbs: [],
    ...ofRoot,
    inject(rig) {
      mkdirSync(join(rig.program.folder, "pickup"), { mode: 0o700 });
      return rig.program
        .must("config", "set", "smtp/sites/default/pickupFolder", join(rig.program.folder, "pickup"))
        .then(() => {});
    },
    heal: { by: "doctor" },
  },
  {
    name: "a program puts a file without a sender into the pickup folder",
    family: "F26",
    object: { kind: "site", name: /no-sender\.eml/ },
    article: "mail-pickup",
    told: "warning",
    moment: "running",
    disturbs: [],
    inject: (rig) => pickUp(rig, "no-sender.eml", letter("bob@far.example", "X-From: nobody")),
    heal: {
      by: "person",
      must: "Mend the program that wrote it, and send the file again: `inetsrv mail badmail resend`.",
      does: () => {},
    },
  },
  {
    name: "the drop folder of a domain may not be written",
    family: "F17",
    object: { kind: "site", name: /Drop|content\/club/ },
    article: "file-permissions",
    moment: "running",
    disturbs: [],
    ...ofRoot,
    async inject(rig) {
      mkdirSync(rig.path(DROPS), { mode: 0o755 });
      await rig.apply({ smtp: { sites: { default: { domains: { "far.example": { dropFolder: DROPS } } } } } });
      await handIn(port(rig), "for the club");
      rig.letters.push("for the club");
    },
    heal: { by: "doctor" },
  },
  {
    name: "the bad mail cannot be kept",
    family: "F17",
    object: { kind: "site", name: /Badmail/ },
    article: "mail-badmail",
    moment: "running",
    disturbs: [],
    async inject(rig) {
      rmSync(folderOf(rig, "Badmail"), { recursive: true, force: true });
      writeFileSync(folderOf(rig, "Badmail"), "a file in its place");
      await pickUp(rig, "no-sender.eml", letter("bob@far.example", "X-From: nobody"));
    },
    heal: { by: "doctor" },
  },
  {
    name: "the next server for mail is dead",
    family: "F25",
    object: { kind: "site", name: /127\.0\.0\.1/ },
    article: "mail-smart-host",
    moment: "running",
    disturbs: [],
    async inject(rig) {
      const next = await useNextHost(rig);
      await handIn(port(rig), "to a dead server");
      rig.letters.push("to a dead server");
      rig.hold(() => next.open());
      rig.inTheEnd(() => next.close());
    },
    heal: { by: "itself", when: "as soon as it answers again", does: (rig) => rig.letGo() },
  },
  {
    name: "the name server is dead, and the next server for mail has a name",
    family: "F25",
    object: { kind: "site", name: /next\.example/ },
    article: "mail-dns",
    moment: "running",
    disturbs: [],
    async inject(rig) {
      const dead = ["smtp/sites/default/nameServers", `[127.0.0.1]:${await freePort()}`];
      await rig.program.must("config", "set", ...telling, ...dead, "smtp/sites/default/smartHost", "next.example");
      await handIn(port(rig), "to a name");
      rig.letters.push("to a name");
    },
    heal: { by: "commands", commands: ["config set smtp/sites/default/smartHost [127.0.0.1]:NEXT"] },
  },
];

/** The first failure is told, and not only the one after the quick retries. */
const telling = ["smtp/sites/default/glitchRetries", "0"] as const;

async function useNextHost(rig: Rig): Promise<SmartHost> {
  const next = new SmartHost(await freePort());
  await rig.program.must("config", "set", ...telling, "smtp/sites/default/smartHost", `[127.0.0.1]:${next.port}`);
  return next;
}
