// One look through a pickup folder: what is ready is claimed, read into the spool, committed and removed, many at a time so
// that they share one sync. It keeps the promise that none is lost and none is sent twice: see README.md for each state.
import { good } from "../../base/result.ts";
import { printMailbox } from "../../proto/smtp/address.ts";
import { pathText } from "../../proto/smtp/path.ts";
import type { Incoming } from "../../spool/spool.ts";
import type { Spooled, Trouble } from "../../spool/trouble.ts";
import { FileReadiness } from "./file-readiness.ts";
import { pickupMessage } from "./pickup-message.ts";
import type { PickupSite, PickupWorld } from "./pickup-site.ts";
import type { PickupTeller } from "./pickup-teller.ts";
import type { Claimed, PickupWork } from "./pickup-work.ts";
import { readPickupMail, type Unread } from "./read-pickup-mail.ts";

/** They share the syncs of the folders and of the spool. */
const BATCH_FILES = 64;

/** What a round takes up: a file of the folder, or one that was claimed before. */
type Found = { readonly is: "new"; readonly name: Buffer } | { readonly is: "left"; readonly claimed: Claimed };
type Taken = Claimed & { readonly incoming: Incoming };

export class PickupRound {
  private readonly site: PickupSite;
  private readonly world: PickupWorld;
  private readonly work: PickupWork;
  private readonly teller: PickupTeller;
  private readonly readiness: FileReadiness;

  constructor(site: PickupSite, world: PickupWorld, work: PickupWork, teller: PickupTeller) {
    this.site = site;
    this.world = world;
    this.work = work;
    this.teller = teller;
    this.readiness = new FileReadiness(world.clock, site.quietTimeMs, world.probe);
  }

  /** How many files were done with. Ends early when the signal says so, between two batches. */
  async run(signal: AbortSignal): Promise<Spooled<number>> {
    const left = await this.work.claimed();
    if (!left.ok) return left;
    const waiting = await this.work.waiting();
    if (!waiting.ok) return waiting;
    const all: readonly Found[] = [
      ...left.value.map((claimed) => ({ is: "left" as const, claimed })),
      ...waiting.value.map((name) => ({ is: "new" as const, name })),
    ];
    let done = 0;
    for (let at = 0; at < all.length; at += BATCH_FILES) {
      if (signal.aborted || !this.world.spool.room().accepting) break;
      done += await this.takeAll(all.slice(at, at + BATCH_FILES).filter((it) => this.isReady(it)));
      await new Promise(setImmediate); // sessions of this process go on, however many lie there
    }
    this.readiness.endRound();
    this.teller.endRound();
    return good(done);
  }

  private isReady(found: Found): boolean {
    const [path, name] =
      found.is === "new"
        ? [this.work.pathOf(found.name), found.name.toString()]
        : [Buffer.from(found.claimed.path), found.claimed.name];
    const readiness = this.readiness.of(path, found.is === "new" ? name : found.claimed.path);
    if (readiness.is === "passed-over") this.teller.passedOver(name, readiness.because);
    return readiness.is === "ready";
  }

  private async takeAll(batch: readonly Found[]): Promise<number> {
    const taken = (await Promise.all(batch.map((it) => this.claim(it)))).filter((it) => it !== undefined);
    if (taken.length === 0) return 0;
    const synced = await this.work.sync();
    const done = await Promise.all(taken.map((it) => (synced.ok ? this.take(it) : this.failed(it, synced.error))));
    return done.filter(Boolean).length;
  }

  /** undefined: it is gone, it was sent already, or it cannot be had. */
  private async claim(found: Found): Promise<Taken | undefined> {
    if (found.is === "left" && (await this.isSent(found.claimed)) !== false) return undefined;
    const incoming = this.world.spool.receive();
    const claimed =
      found.is === "new"
        ? await this.work.claim(found.name, incoming.id)
        : await this.work.claimAgain(found.claimed, incoming.id);
    if (claimed.ok) return { ...claimed.value, incoming };
    await incoming.abandon();
    const { is, because } = claimed.error;
    if (is !== "gone") this.teller.passedOver(nameOf(found), `it cannot be renamed: ${because}`);
    return undefined;
  }

  /** undefined: the spool cannot say now. A file that was sent is removed. */
  private async isSent(claimed: Claimed): Promise<boolean | undefined> {
    const story = await this.world.spool.story(claimed.id);
    if (!story.ok) return undefined;
    if (story.value !== null) await this.work.remove(claimed);
    return story.value !== null;
  }

  /** Whether it is done with. */
  private async take(taken: Taken): Promise<boolean> {
    const { incoming, path, id, name } = taken;
    const { site, world } = this;
    const read = await readPickupMail(path, incoming, site.rules, world.clock.wallMs());
    if (!read.ok) return this.unread(taken, read.error);
    const committed = await incoming.commit(pickupMessage(read.value, site, id, name));
    if (!committed.ok) return this.failed(taken, committed.error);
    await this.work.remove(taken); // what stays is found to be sent in the next round
    return true;
  }

  private async unread(taken: Taken, unread: Unread): Promise<boolean> {
    await taken.incoming.abandon();
    switch (unread.is) {
      case "busy":
        return false;
      case "trouble":
        return this.failed(taken, unread.trouble);
      case "malformed":
        return this.putAway(taken, unread);
      default:
        return unread satisfies never;
    }
  }

  private async putAway(taken: Taken, { reason, mail }: Extract<Unread, { is: "malformed" }>): Promise<boolean> {
    const { id, path, name } = taken;
    const kept = await this.site.badmail.keep(
      {
        id,
        kind: "malformed-pickup",
        atMs: this.world.clock.wallMs(),
        reason: `${reason} The file was called ${name}.`,
        sender: mail === undefined || mail.sender === null ? "" : pathText(mail.sender),
        recipients: mail === undefined ? [] : mail.recipients.map(printMailbox),
      },
      { is: "file", path },
    );
    if (kept.ok) this.teller.malformed(name, id, reason);
    return kept.ok;
  }

  private async failed({ incoming, name }: Taken, { because }: Trouble): Promise<false> {
    await incoming.abandon();
    this.teller.uncertain(name, because);
    return false;
  }
}

const nameOf = (found: Found): string => (found.is === "new" ? found.name.toString() : found.claimed.name);
