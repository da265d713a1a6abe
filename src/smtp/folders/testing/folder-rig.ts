// What tests of the folders need: a place on a disk, a spool in memory, a site with a pickup folder, and what was told.
// The clock stands where the test puts it; files are as old as the test says.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../../base/clock.ts";
import { expectGood } from "../../../base/result.ts";
import { type Occurrence, reporter } from "../../../event/event.ts";
import { printMailbox } from "../../../proto/smtp/address.ts";
import { memorySpool } from "../../../spool/memory-spool.ts";
import type { Found, MailSpool } from "../../../spool/spool.ts";
import { names, textOf } from "../../../spool/testing/rig.ts";
import { BadmailKeeper } from "../badmail-keeper.ts";
import type { WriterProbe } from "../file-readiness.ts";
import { PickupRound } from "../pickup-round.ts";
import type { PickupSite, PickupWorld } from "../pickup-site.ts";
import { PickupTeller } from "../pickup-teller.ts";
import { PickupWork } from "../pickup-work.ts";

export const NOW_MS = 1_800_000_000_000;
export const LETTER = "From: erp@plant.example\r\nTo: anna@example.org\r\n\r\nHello\r\n";

export const siteFor = (root: string, badmail: PickupSite["badmail"], more: Partial<PickupSite> = {}): PickupSite => ({
  path: "smtp/sites/default",
  folder: join(root, "Pickup"),
  quietTimeMs: 500,
  rules: {
    defaultDomain: "plant.example",
    recipientsMax: 100,
    host: "mail.plant.example",
    messageBytesMax: null,
    hopsMax: 15,
  },
  recipientOf: (mailbox) => ({
    address: printMailbox(mailbox),
    destination: mailbox.domain,
    notify: null,
    orcpt: null,
  }),
  badmail,
  ...more,
});

export interface FolderRig extends AsyncDisposable {
  readonly root: string;
  readonly pickup: string;
  readonly badmail: string;
  readonly clock: ManualClock;
  readonly spool: MailSpool;
  readonly site: PickupSite;
  readonly world: PickupWorld;
  readonly keeper: BadmailKeeper;
  /** A file that has been as it is for an hour, unless it says otherwise. */
  put(name: string, text?: string | Uint8Array, agoMs?: number): string;
  /** One look by a process that has just begun, or has gone on. */
  round(): Promise<number>;
  /** Another process: nothing of the one before is remembered. */
  restart(): void;
  mail(): Promise<readonly (Found & { readonly text: string | null })[]>;
  /** Names in the pickup folder, without the private one. */
  left(): readonly string[];
  working(): readonly string[];
  told(): readonly Occurrence[];
}

export interface RigOptions {
  readonly probe?: WriterProbe;
  readonly site?: Partial<PickupSite>;
  readonly spool?: (spool: MailSpool) => MailSpool;
}

export function folderRig({ probe, site: more, spool: wrap = (it) => it }: RigOptions = {}): FolderRig {
  const root = mkdtempSync(join(tmpdir(), "folders-"));
  const clock = new ManualClock(NOW_MS);
  const events: Occurrence[] = [];
  const report = reporter(
    "smtp",
    () => clock.wallMs(),
    (it) => events.push(it),
  );
  const spool = wrap(memorySpool({ clock, names: names() }));
  const badmail = join(root, "Badmail");
  const bounds = { ageMs: null, sizeBytes: null };
  const keeper = new BadmailKeeper({ site: "smtp/sites/default", folder: badmail, bounds, clock, report });
  const site = siteFor(root, keeper, more);
  const world: PickupWorld = { spool, clock, report, ...(probe !== undefined && { probe }) };
  let process: { readonly work: PickupWork; readonly round: PickupRound } | undefined;
  const begin = async () => {
    const work = expectGood(await PickupWork.open(site.folder));
    const teller = new PickupTeller(report, site.path, site.folder);
    return { work, round: new PickupRound(site, world, work, teller) };
  };
  return {
    root,
    pickup: site.folder,
    badmail,
    clock,
    spool,
    site,
    world,
    keeper,
    put(name, text = LETTER, agoMs = 3_600_000) {
      mkdirSync(site.folder, { recursive: true });
      const path = join(site.folder, name);
      writeFileSync(path, text);
      const seconds = (clock.wallMs() - agoMs) / 1000;
      utimesSync(path, seconds, seconds);
      return path;
    },
    async round() {
      process ??= await begin();
      return expectGood(await process.round.run(new AbortController().signal));
    },
    restart() {
      process?.work.close();
      process = undefined;
    },
    async mail() {
      const found = expectGood(await spool.find({}, { limit: 10_000 }));
      return Promise.all(found.map(async (it) => ({ ...it, text: await textOf(spool, it.message.id) })));
    },
    left: () =>
      readdirSync(site.folder)
        .filter((it) => it !== ".work")
        .sort(),
    working: () =>
      readdirSync(join(site.folder, ".work"))
        .filter((it) => !it.startsWith("lock"))
        .sort(),
    told: () => events.splice(0),
    async [Symbol.asyncDispose]() {
      process?.work.close();
      await keeper.close();
      await spool.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
