// For the tests of this room: a home in a temporary folder, a store in memory, and a key folder that fails or stops
// at the n-th step. Not part of the program.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../base/clock.ts";
import { about, fault } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import { bad, expectGood, good } from "../base/result.ts";
import { type Occurrence, reporter } from "../event/event.ts";
import { createKeys } from "./create-keys.ts";
import type { Identity } from "./identity.ts";
import type { KeyFolder } from "./key-folder.ts";
import type { KeyRoom } from "./key-room.ts";
import { type Keyring, readKeyring } from "./keyring.ts";
import { nodeKeyFolder } from "./node-key-folder.ts";
import { sealText } from "./seal.ts";
import type { Secret, SecretStore } from "./sealed.ts";

export interface TestHome extends KeyRoom {
  readonly home: Home;
  readonly clock: ManualClock;
  readonly told: Occurrence[];
  at(name: string): string;
  [Symbol.dispose](): void;
}

export const START_MS = Date.UTC(2026, 6, 3, 10, 11, 12);

/** `using home = testHome()`: removed at the end of the block. */
export function testHome(): TestHome {
  const root = mkdtempSync(join(tmpdir(), "inetsrv seal é "));
  const home: Home = { root, from: "--home" };
  const folder = nodeKeyFolder(home);
  const clock = new ManualClock(START_MS);
  const told: Occurrence[] = [];
  return {
    home,
    folder,
    clock,
    told,
    report: reporter(
      "server",
      () => clock.wallMs(),
      (it) => told.push(it),
    ),
    at: (name) => join(folder.path, name),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A home with keys; the recovery key is at hand, as with an owner who has kept it. */
export async function initialisedHome(): Promise<TestHome & { readonly recovery: Identity }> {
  const home = testHome();
  const { recovery } = expectGood(await createKeys(home, []));
  return { ...home, recovery };
}

export async function keyringOf(folder: KeyFolder): Promise<Keyring> {
  const state = await readKeyring(folder);
  if (state.at !== "present") throw new Error(`keyring ${state.at}`);
  return state.keyring;
}

export const secretOf = (path: string) => about("secret", path);

export async function sealedSecrets(keyring: Keyring, clear: Readonly<Record<string, string>>): Promise<Secret[]> {
  const secrets: Secret[] = [];
  for (const [path, text] of Object.entries(clear))
    secrets.push({ path, sealed: expectGood(await sealText(text, keyring, secretOf(path))) });
  return secrets;
}

/** Keeps the promise of a store: all changes or none, and none over what somebody set in the meantime. */
export class MemoryStore implements SecretStore {
  secrets: readonly Secret[];
  constructor(secrets: readonly Secret[]) {
    this.secrets = secrets;
  }

  async list() {
    return good(this.secrets);
  }

  async replace(changes: Parameters<SecretStore["replace"]>[0]): ReturnType<SecretStore["replace"]> {
    const byPath = new Map(changes.map((it) => [it.path, it]));
    for (const { path, sealed } of this.secrets) {
      const change = byPath.get(path);
      if (change !== undefined && change.was !== sealed)
        return bad(fault(secretOf(path), "Cannot reseal", "it was set anew", "Run the command again"));
    }
    this.secrets = this.secrets.map(({ path, sealed }) => ({ path, sealed: byPath.get(path)?.sealed ?? sealed }));
    return good(undefined);
  }
}

/** Thrown where the process is thought to be killed. */
export class Stopped extends Error {}

export const stops = ["refused", "killed", "power-cut"] as const;
export type Stop = (typeof stops)[number];

/**
 * A folder and a store of which the n-th step goes wrong. "refused": the disk says no, once. "killed": the process
 * dies when the step is done, or half done where it writes a file. "power-cut": it dies, and names that were not
 * synced are as they were.
 */
export class Stopping {
  private readonly real: KeyFolder;
  private readonly stopAt: number;
  private readonly how: Stop;
  private synced: ReadonlyMap<string, Buffer>;
  private taken = 0;

  constructor(real: KeyFolder, stopAt: number, how: Stop) {
    this.real = real;
    this.stopAt = stopAt;
    this.how = how;
    this.synced = this.snapshot();
  }

  /** Whether there was a step to go wrong. */
  get reached(): boolean {
    return this.taken >= this.stopAt;
  }

  get folder(): KeyFolder {
    const { real } = this;
    return {
      ...real,
      make: () => this.step(() => this.thenSynced(real.make())),
      create: (name, text) =>
        this.step(
          () => real.create(name, text),
          () => real.create(name, text.slice(0, text.length / 2)),
        ),
      place: (from, to) => this.step(() => real.place(from, to)),
      move: (from, to) => this.step(() => real.move(from, to)),
      replaceKeyring: (from) => this.step(() => real.replaceKeyring(from)),
      sync: () => this.step(() => this.thenSynced(real.sync())),
    };
  }

  store(real: SecretStore): SecretStore {
    return {
      list: () => real.list(),
      replace: async (changes) => {
        const wrong = ++this.taken === this.stopAt;
        if (wrong && this.how === "refused")
          return bad(fault(about("metabase", "m"), "Cannot reseal", "the disk is full", "Make room"));
        const done = await real.replace(changes);
        if (wrong) this.stop();
        return done;
      },
    };
  }

  private step<T>(run: () => T, torn: () => unknown = run): T | ReturnType<typeof bad<string>> {
    if (++this.taken !== this.stopAt) return run();
    if (this.how === "refused") return bad("ENOSPC");
    torn();
    return this.stop();
  }

  private stop(): never {
    if (this.how === "power-cut") this.restore();
    throw new Stopped();
  }

  private thenSynced<T>(done: T): T {
    const cut = this.how === "power-cut" && this.taken === this.stopAt; // the sync itself did not come to its end
    if (!cut) this.synced = this.snapshot();
    return done;
  }

  private snapshot(): ReadonlyMap<string, Buffer> {
    const { path } = this.real;
    return new Map(this.real.names().map((name) => [name, readFileSync(join(path, name))]));
  }

  private restore(): void {
    const { path } = this.real;
    mkdirSync(path, { recursive: true });
    for (const name of readdirSync(path)) rmSync(join(path, name));
    for (const [name, content] of this.synced) writeFileSync(join(path, name), content, { mode: 0o600 });
  }
}
