// Keeps what every certificate entry leads to: looks at configuration and files, decides which version serves, and says
// what changed. It sends nothing itself, and writes nothing but a self-signed certificate made anew.
import type { Fault } from "../../base/fault.ts";
import type { Result } from "../../base/result.ts";
import type { ServingCertificate } from "../../ipc/serving-certificate.ts";
import type { Pair } from "../pair.ts";
import { type CertificateEntry, readVersion, servingOf, type Version } from "./certificate-entry.ts";
import type { CertificateFiles } from "./certificate-files.ts";
import { decide, type EntryState, faultsOf } from "./entry-state.ts";
import { asOneText, type FileWorld, pathsOf, type Texts, textsInFiles, textsInTree } from "./entry-texts.ts";
import { nameFights } from "./name-fights.ts";
import { isRenewalDue, madeAnew } from "./self-renewal.ts";
import type { Telling } from "./telling.ts";

export interface KeeperWorld extends FileWorld {
  entries(): readonly CertificateEntry[];
  fallback(): string | null;
  /** The private key of an entry as it stands in the configuration; undefined when none is stated. */
  privateKey(name: string): Result<string, Fault> | undefined;
  /** Writes one that was made anew into its entry; or says why it cannot. */
  write(name: string, pair: Pair): Promise<Result<void, string>>;
  readonly files: CertificateFiles;
}

export interface CertificateChange {
  readonly set: readonly ServingCertificate[];
  readonly removed: readonly string[];
  readonly fallback: string | null;
}

/** Where the system does not tell that a file has changed, this look finds it. */
const LOOK_MS = 60_000;
/** Renewers change chain and key one after the other. */
const SETTLE_MS = 300;
/** What is wrong with files is told only when it still is after this time. */
const DOUBT_MS = 2000;

/** Each is an open file for a moment. */
const READ_AT_ONCE_MAX = 32;

interface Kept extends EntryState {
  /** What was read last, so that nothing is parsed twice. */
  readonly text: string;
  readonly found: Result<Version, Fault>;
  /** Since when, by the steady clock. */
  readonly troubledMs: number;
}

export class CertificateKeeper {
  private readonly world: KeeperWorld;
  private readonly kept = new Map<string, Kept>();
  private generation = 0;
  private fallbackTold: string | null = null;
  /** Not before `start`: a command that has the home for a moment only looks. */
  private telling: Telling | undefined;
  private changed: (change: CertificateChange) => void = () => {};
  private reading: Promise<void> | undefined;
  private readAgain = false;
  private readonly renewing = new Set<string>();
  private nextLookMs = Number.POSITIVE_INFINITY;
  private cancelLook = (): void => {};
  private closed = false;

  constructor(world: KeeperWorld) {
    this.world = world;
  }

  /** All that clients are shown now. */
  get serving(): readonly ServingCertificate[] {
    return this.states.flatMap(({ serving }) => (serving === undefined ? [] : [serving.certificate]));
  }

  get fallback(): string | null {
    return this.world.fallback();
  }

  get faults(): readonly Fault[] {
    const nowMs = this.world.clock.wallMs();
    return this.states.flatMap((it) => faultsOf(it, nowMs));
  }

  get states(): readonly EntryState[] {
    return [...this.kept.values()];
  }

  /**
   * The first look, and from then on one each minute and whenever a file changes. What there is now is no news; it is
   * sent all the same, as somebody may serve already.
   */
  async start(telling: Telling, changed: (change: CertificateChange) => void): Promise<void> {
    this.changed = changed;
    await this.look();
    if (this.closed) return;
    for (const it of this.states) telling.trouble(it);
    this.telling = telling;
    void this.look();
    this.tellFights();
    this.planLook(LOOK_MS);
  }

  close(): void {
    this.closed = true;
    this.cancelLook();
    this.world.files.close();
  }

  /** What stands in the configuration serves when this returns, so before any site that names it; files come later. */
  look(): Promise<void> {
    const entries = this.world.entries();
    const names = new Set(entries.map(({ name }) => name));
    const removed = [...this.kept.keys()].filter((it) => !names.has(it));
    for (const name of removed) this.kept.delete(name);
    const inTree = entries.filter(({ renews }) => renews !== "by-file");
    this.take(
      inTree.map((it) => [it, textsInTree(it, this.world.privateKey(it.name))]),
      removed,
    );
    return this.readFiles();
  }

  /** One reading at a time; what is asked for meanwhile comes behind it. */
  private readFiles(): Promise<void> {
    this.readAgain = true;
    this.reading ??= this.readWhileAsked().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async readWhileAsked(): Promise<void> {
    const { root, files } = this.world;
    while (this.readAgain && !this.closed) {
      this.readAgain = false;
      const entries = this.world.entries().filter(({ renews }) => renews === "by-file");
      // Watched before they are read: what changes in between is looked at again.
      if (this.telling !== undefined)
        files.watch(
          entries.flatMap((it) => pathsOf(it, root)),
          () => this.planLook(SETTLE_MS),
        );
      for (let start = 0; start < entries.length && !this.readAgain; start += READ_AT_ONCE_MAX) {
        const some = entries.slice(start, start + READ_AT_ONCE_MAX);
        const read = await Promise.all(some.map(async (it) => [it, await textsInFiles(it, this.world)] as const));
        // Whoever was changed or removed meanwhile is read again, or not at all.
        if (!this.readAgain && !this.closed) this.take(read, []);
      }
    }
  }

  /** What was read for some entries: decided, sent and told. */
  private take(read: readonly (readonly [CertificateEntry, Texts])[], removed: readonly string[]): void {
    const set = read.flatMap(([entry, texts]) => this.decideOn(entry, texts));
    const { fallback } = this;
    if (set.length > 0 || removed.length > 0 || fallback !== this.fallbackTold) {
      this.fallbackTold = fallback;
      this.changed({ set, removed, fallback });
      this.tellFights();
    }
    for (const name of removed) this.telling?.removed(name);
    for (const [{ name }] of read) this.attend(name);
  }

  /** Decides which version of an entry serves; gives it when it is another one now. */
  private decideOn(entry: CertificateEntry, texts: Texts): readonly ServingCertificate[] {
    const nowMs = this.world.clock.wallMs();
    const old = this.kept.get(entry.name);
    const text = asOneText(texts, entry);
    const found = old?.text === text ? old.found : texts.ok ? readVersion(entry, texts.value) : texts;
    const decision = decide(entry, old?.serving, found, nowMs);
    const trouble = decision.is === "keep" ? decision.trouble : undefined;
    const isLasting = trouble !== undefined && trouble.because === old?.trouble?.because;
    const troubledMs = isLasting ? old.troubledMs : this.world.clock.steadyMs();
    const kept = { entry, text, found, trouble, troubledMs };
    if (decision.is !== "take") {
      this.kept.set(entry.name, { ...kept, serving: old?.serving });
      return [];
    }
    const certificate = servingOf(entry.name, decision.version, ++this.generation);
    this.kept.set(entry.name, { ...kept, serving: { ...decision.version, certificate } });
    this.telling?.taken(entry.name, old?.serving, decision.version);
    return [certificate];
  }

  /** Says what is wrong with an entry or soon will be, and makes anew what was made here. */
  private attend(name: string): void {
    const it = this.kept.get(name);
    const { telling } = this;
    if (it === undefined || telling === undefined) return;
    const { entry, serving, trouble } = it;
    const { clock } = this.world;
    if (trouble !== undefined) {
      const isInDoubt = entry.renews === "by-file" && clock.steadyMs() - it.troubledMs < DOUBT_MS;
      if (isInDoubt) this.planLook(DOUBT_MS);
      else telling.trouble(it);
    }
    const isOurs = entry.renews === "self-signed" && trouble === undefined && serving !== undefined;
    if (isOurs && isRenewalDue(serving, clock.wallMs())) void this.renew(name, serving);
    else telling.end(it, clock.wallMs());
  }

  /** Written into the entry, where the next look finds it. */
  private async renew(name: string, serving: Version): Promise<void> {
    if (this.renewing.has(name)) return;
    this.renewing.add(name);
    const { clock } = this.world;
    const written = await this.world.write(name, madeAnew(serving, clock.wallMs()));
    this.renewing.delete(name);
    const it = this.kept.get(name);
    if (written.ok || it === undefined) return;
    this.telling?.notMadeAnew(name, serving, written.error);
    this.telling?.end(it, clock.wallMs());
  }

  private tellFights(): void {
    if (this.telling !== undefined) for (const it of nameFights(this.serving, this.world.clock)) this.telling.fight(it);
  }

  /** The next look comes after this time at the latest. */
  private planLook(delayMs: number): void {
    const { clock } = this.world;
    const dueMs = clock.steadyMs() + delayMs;
    if (this.closed || dueMs >= this.nextLookMs) return;
    this.cancelLook();
    this.nextLookMs = dueMs;
    this.cancelLook = clock.after(delayMs, () => {
      this.nextLookMs = Number.POSITIVE_INFINITY;
      this.planLook(LOOK_MS);
      void this.look();
    });
  }
}
