// A real home that a test harms, and the doctor called to it in this process; what it tries as others is tried by a real
// process. Homes are copies of one that was made once, as to make keys takes longer than anything else.
import { createHash } from "node:crypto";
import { chmodSync, cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { type Clock, systemClock } from "../../src/base/clock.ts";
import type { Fault } from "../../src/base/fault.ts";
import type { Home } from "../../src/base/home.ts";
import type { JsonObject } from "../../src/base/json.ts";
import { expectGood } from "../../src/base/result.ts";
import { consult, type DoctorAnswer } from "../../src/doctor/doctor.ts";
import type { ShownFinding } from "../../src/doctor/report.ts";
import { house } from "../../src/house.ts";
import { releaseEvents } from "../../src/release/events.ts";
import { openClient } from "../../src/supervisor/open-client.ts";
import { Program } from "../program/program.ts";
import { bareProgram, takeHome } from "../program/take-home.ts";

const { version } = packageJson;
const { model, checks, services, offlineOperations: operations } = house;
const handCommand = [process.execPath, join(import.meta.dir, "../../src/doctor/testing/hand-main.ts")];

export interface Called {
  readonly wanted?: readonly string[];
  readonly fix?: boolean;
  /** A test asks nobody but name servers of its own. */
  readonly offline?: boolean;
  readonly recoveryKey?: string;
  readonly clock?: Clock;
  readonly release?: readonly Fault[];
}

let template: Promise<{ readonly program: Program; readonly recoveryKey: string }> | undefined;
const templates: Program[] = [];

/** With a secret that needs the keys, and each site on a port of its own. */
async function makeTemplate() {
  const program = new Program({ name: "home" });
  templates.push(program);
  const recoveryKey = await program.init();
  const client = await takeHome(program.home);
  const edits = [{ at: "smtp/sites/default", set: { smartHostPassword: "secret" } }];
  expectGood(await client.call("config.change", { edits, who: "the test" }));
  await client.close();
  return { program, recoveryKey };
}

/** Another file of tests in this process makes its own. */
export async function forgetTemplate(): Promise<void> {
  template = undefined;
  for (const it of templates.splice(0)) await it[Symbol.asyncDispose]();
}

export class SickHome implements Disposable {
  readonly root: string;
  readonly recoveryKey: string;
  readonly unitFolder: string;
  private readonly folder: string;
  private readonly ends: (() => void)[] = [];

  private constructor(folder: string, root: string, recoveryKey: string) {
    this.folder = folder;
    this.root = root;
    this.recoveryKey = recoveryKey;
    this.unitFolder = join(folder, "units");
  }

  /** `at` is where it is to lie, such as on a disk of its own. */
  static async make(at?: string): Promise<SickHome> {
    template ??= makeTemplate();
    const { program, recoveryKey } = await template;
    const folder = mkdtempSync(join(realpathSync(tmpdir()), "inetsrv-sick-"));
    chmodSync(folder, 0o755);
    const root = at ?? join(folder, "home");
    cpSync(program.home, root, { recursive: true, preserveTimestamps: true });
    return new SickHome(folder, root, recoveryKey);
  }

  path(...names: readonly string[]): string {
    return join(this.root, ...names);
  }

  /** Beside the home, gone with it. */
  beside(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /** Called when the test is over. */
  onEnd(end: () => void): void {
    this.ends.push(end);
  }

  get home(): Home {
    return { root: this.root, from: "--home" };
  }

  /** As `inetsrv config set` would. */
  async set(at: string, set: JsonObject, more: JsonObject = {}): Promise<void> {
    await this.change([{ at, set }], more);
  }

  async change(edits: readonly JsonObject[], more: JsonObject = {}): Promise<void> {
    const client = await takeHome(this.root);
    expectGood(await client.call("config.change", { edits: [...edits], who: "the test", ...more }));
    await client.close();
  }

  /** By a program that asks no rules between settings. */
  async changeUnruled(edits: readonly JsonObject[]): Promise<void> {
    const { home } = this;
    const unruled = { ...bareProgram(home), checks: () => [] };
    const client = expectGood(await openClient({ home, model, clock: systemClock, operations, ...unruled }, "allowed"));
    expectGood(await client.call("config.change", { edits: [...edits], who: "the test" }));
    await client.close();
  }

  consult({
    wanted = [],
    fix = false,
    offline = true,
    recoveryKey,
    clock = systemClock,
    release = [],
  }: Called = {}): Promise<DoctorAnswer> {
    const { home } = this;
    const program = bareProgram(home);
    const parts = {
      home,
      version,
      model,
      checks,
      services,
      clock,
      command: handCommand,
      verifyProgram: () => Promise.resolve(release.map((fault) => ({ fault, event: releaseEvents.mixture }))),
      openClient: () => openClient({ home, model, checks, clock: systemClock, operations, ...program }, "allowed"),
      unitFolders: [this.unitFolder],
    };
    return consult(parts, { offline, wanted, fix, recoveryKey, who: "the test" });
  }

  /** All that is in the home, but what is written of each command: names, kinds, modes, owners and bytes. */
  state(): string {
    const lines: string[] = [];
    for (const path of walk(this.root)) {
      const name = relative(this.root, path);
      if (/^doctor|^logs.events|^run.supervisor.lock/.test(name)) continue;
      const found = lstatSync(path);
      const bytes = found.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
      lines.push(`${name} ${found.mode.toString(8)} ${found.uid}:${found.gid} ${bytes}`);
    }
    return lines.join("\n");
  }

  [Symbol.dispose](): void {
    for (const end of this.ends) end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function* walk(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    yield path;
    if (lstatSync(path).isDirectory()) yield* walk(path);
  }
}

export const roots = ({ findings, left = findings }: DoctorAnswer): readonly ShownFinding[] =>
  left.filter((it) => it.causedBy === null);
