// A keeper over entries, files and a clock that a test changes at will, with all that it sent and told on record. Only
// for tests.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../base/clock.ts";
import type { Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { type Occurrence, reporter } from "../../event/event.ts";
import type { CertificateEntry } from "../keeper/certificate-entry.ts";
import type { CertificateFiles } from "../keeper/certificate-files.ts";
import { type CertificateChange, CertificateKeeper } from "../keeper/certificate-keeper.ts";
import { Telling } from "../keeper/telling.ts";
import { ToldMemory } from "../keeper/told-memory.ts";
import { chainText, keyText, type Pair } from "../pair.ts";
import { START_MS } from "./pairs.ts";

const empty: CertificateEntry = { name: "", renews: "by-hand", chain: null, chainFile: null, keyFile: null, names: [] };

export class KeeperRig implements CertificateFiles, Disposable {
  readonly clock = new ManualClock(START_MS);
  readonly entries = new Map<string, CertificateEntry>();
  readonly keys = new Map<string, Result<string, Fault>>();
  readonly contents = new Map<string, string>();
  readonly sent: CertificateChange[] = [];
  readonly events: Occurrence[] = [];
  fallback: string | null = null;
  /** What the configuration says to one made anew; undefined: it takes it. */
  refusesWrites: string | undefined;
  /** The disk does not answer. */
  hangs = false;
  watched: readonly string[] = [];
  keeper: CertificateKeeper;
  private readonly folder = mkdtempSync(join(tmpdir(), "inetsrv-keeper-"));
  private touched = () => {};

  constructor() {
    this.keeper = this.newKeeper();
  }

  /** What is sent before anybody serves is not on record. */
  async start(): Promise<void> {
    const memory = new ToldMemory(join(this.folder, "told.json"), () => this.clock.wallMs());
    const report = reporter(
      "server",
      () => this.clock.wallMs(),
      (it) => this.events.push(it),
    );
    await this.keeper.start(new Telling(report, memory), (it) => this.sent.push(it));
    this.sent.length = 0;
  }

  /** The server ends and starts again. */
  restart(): Promise<void> {
    this.keeper.close();
    this.keeper = this.newKeeper();
    return this.start();
  }

  /** States chain and key in the entry. */
  put(name: string, pair: Pair, parts: Partial<CertificateEntry> = {}): void {
    this.entries.set(name, { ...empty, name, chain: chainText(pair), ...parts });
    this.keys.set(name, good(keyText(pair)));
  }

  /** An entry with its files in `live/`. */
  follow(name: string, pair: Pair | undefined): void {
    this.entries.set(name, {
      ...empty,
      name,
      renews: "by-file",
      chainFile: `live/${name}.pem`,
      keyFile: `live/${name}.key`,
    });
    this.write(name, pair);
  }

  /** The other program writes both files, or takes them away. */
  write(name: string, pair: Pair | undefined): void {
    this.writeFile(`${name}.pem`, pair === undefined ? undefined : chainText(pair));
    this.writeFile(`${name}.key`, pair === undefined ? undefined : keyText(pair));
  }

  writeFile(file: string, text: string | undefined): void {
    if (text === undefined) this.contents.delete(`${ROOT}/live/${file}`);
    else this.contents.set(`${ROOT}/live/${file}`, text);
    this.touched();
  }

  /** Time goes by, and whatever it starts is done; more than a minute as a machine that was asleep has it. */
  async pass(milliseconds: number): Promise<void> {
    const awakeMs = Math.min(milliseconds, 60_000);
    this.clock.jump(milliseconds - awakeMs);
    this.clock.advance(awakeMs);
    await this.keeper.look();
  }

  /** What is under way is done; nothing new is begun. */
  idle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** What was told since the last call: "5001 shop". */
  told(): readonly string[] {
    return this.events.splice(0).map((it) => `${it.number} ${it.object.name}`);
  }

  /** What serves, with the day of its end counted from the start. */
  serving(): Readonly<Record<string, number>> {
    const days = (atMs: number) => Math.round((atMs - START_MS) / 86_400_000);
    return Object.fromEntries(this.keeper.serving.map((it) => [it.name, days(it.notAfterMs)]));
  }

  async read(path: string): Promise<Result<Uint8Array, string>> {
    if (this.hangs) return new Promise(() => {});
    const text = this.contents.get(path);
    return text === undefined ? bad("there is no such file") : good(Buffer.from(text));
  }

  watch(paths: readonly string[], call: () => void): void {
    this.watched = paths;
    this.touched = call;
  }

  close(): void {
    this.touched = () => {};
  }

  [Symbol.dispose](): void {
    this.keeper.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private newKeeper(): CertificateKeeper {
    return new CertificateKeeper({
      entries: () => [...this.entries.values()],
      fallback: () => this.fallback,
      privateKey: (name) => this.keys.get(name),
      write: async (name, pair) => {
        if (this.refusesWrites !== undefined) return bad(this.refusesWrites);
        this.put(name, pair, { renews: "self-signed" });
        return good(undefined);
      },
      root: ROOT,
      files: this,
      clock: this.clock,
    });
  }
}

const ROOT = "/home-of-a-test";
