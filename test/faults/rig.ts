// One copy of the installation on which a row is tried: the real program on it, clients, and what harms it. What is done to
// the machine itself is undone in the end. Only for tests.
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { JsonObject } from "../../src/base/json.ts";
import { expectGood } from "../../src/base/result.ts";
import { ControlClient } from "../../src/supervisor/control-client.ts";
import { root } from "../../tools/source.ts";
import { eventually } from "../program/eventually.ts";
import { Program, type Ran } from "../program/program.ts";
import type { Server } from "../program/server.ts";
import type { Installation } from "./installation.ts";
import { type InstallRoot, installRoot } from "./installed.ts";
import { handIn } from "./ledger.ts";
import { must } from "./must.ts";
import { Attached, type Ports, portsOf, sitesOf } from "./probes.ts";
import type { SmartHost } from "./smart-host.ts";

export { must } from "./must.ts";

/** As the launcher has them: nothing is fetched on the way. */
const flags = ["--no-env-file", `--config=${devNull}`, "--no-install"];
/** On a machine that does much else. */
const STARTED_WITHIN_MS = 120_000;

/** Before the name of a package in a command that is typed. */
const PACKAGE = "package:";

/** Servers outlive nobody who has started them, however that ends. */
const started = new Set<Server>();
process.on("exit", () => {
  for (const it of started) it.child.kill("SIGKILL");
});

/** How the program runs, where that is not the usual way. */
export interface Way {
  /** Runs from a clone of its own, whose files may be changed. */
  readonly clone?: true;
  /** Runs from an installed release, in a root of its own; see installed.ts. */
  readonly installed?: true;
  /** Words that start the program, put before its own. */
  readonly wrapper?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** As whom everything runs, instead of as the test itself. */
  readonly user?: number | undefined;
}

export class Rig implements AsyncDisposable {
  readonly program: Program;
  /** As whom the server runs, where that is not the test itself. */
  readonly user: number | undefined;
  readonly recoveryKey: string;
  readonly smartHost: SmartHost;
  readonly ports = new Map<string, Ports>();
  /** The clone that it runs from, where the row has one. */
  readonly release: string | undefined;
  private readonly installedAt: InstallRoot | undefined;
  /** Letters that were acknowledged here, besides those of the installation. */
  readonly letters: string[] = [];
  /** What a command that was refused has said, in place of the log. */
  said: string | undefined;
  attached: Attached | undefined;
  private running: Server | undefined;
  private held: (() => unknown)[] = [];
  private readonly environment: Readonly<Record<string, string>>;
  private readonly undoing: (() => unknown)[] = [];

  static async make(way: Way, installation: Installation): Promise<Rig> {
    return new Rig(way, installation, way.installed ? await installRoot() : undefined);
  }

  private constructor(
    { clone, wrapper = [], environment = {}, user }: Way,
    installation: Installation,
    installed: InstallRoot | undefined,
  ) {
    this.release = clone ? cloneRelease() : undefined;
    this.installedAt = installed;
    const main = join(this.release ?? root, "src", "main.ts");
    const fromSources = [process.execPath, ...flags, main];
    const starter = installed === undefined ? fromSources : [join(installed.root, "current", "inetsrv")];
    this.program = new Program({ command: [...wrapper, ...starter], user });
    this.user = user;
    this.recoveryKey = installation.recoveryKey;
    this.smartHost = installation.smartHost;
    this.environment = environment;
    must("cp", "-a", installation.program.home, this.program.home);
    if (user !== undefined) must("chown", "-R", `${user}:${user}`, this.program.folder);
  }

  /** The same program at the same home, as root types it. */
  get byRoot(): Program {
    const { command, home } = this.program;
    const program = new Program({ command });
    this.inTheEnd(() => program[Symbol.asyncDispose]());
    program.home = home;
    return program;
  }

  /** A path in the home. */
  path(...names: readonly string[]): string {
    return join(this.program.home, ...names);
  }

  /** A path in the clone. */
  releasePath(...names: readonly string[]): string {
    if (this.release === undefined) throw new Error("the row has no clone");
    return join(this.release, ...names);
  }

  /** A path in the root of releases. */
  rootPath(...names: readonly string[]): string {
    if (this.installedAt === undefined) throw new Error("the row runs from no installed release");
    return join(this.installedAt.root, ...names);
  }

  /** The package of a version, or the one of the hotfix. */
  packageOf(name: string): string {
    return this.installedAt?.files.get(name) ?? "";
  }

  /** Into the clone, where a row has taken them away. */
  private installLibraries(): void {
    must("npm", "install", "--prefix", this.releasePath(), "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund");
  }

  get server(): Server {
    if (this.running === undefined) throw new Error("no server was started");
    return this.running;
  }

  get isUp(): boolean {
    return this.running !== undefined && this.running.child.exitCode === null && this.running.child.signalCode === null;
  }

  /** Starts it, until it says what runs, or ends because it cannot start. */
  async up(): Promise<void> {
    const server = this.program.start({ environment: this.environment });
    this.running = server;
    started.add(server);
    await eventually(
      () => `a banner, or its end: ${server.out}${server.err}`,
      () => !this.isUp || server.out.includes("It ends with Ctrl-C"),
      STARTED_WITHIN_MS,
    );
    if (!this.isUp) await server.ended();
    else await this.learnPorts();
  }

  async down(): Promise<void> {
    this.attached?.[Symbol.dispose]();
    await this.program.must("down");
  }

  /** With it the clients that stay lose what they are connected to. */
  async kill(): Promise<void> {
    this.attached?.[Symbol.dispose]();
    this.attached = undefined;
    await this.running?.kill();
  }

  /** With clients that stay, and one letter more that was acknowledged. */
  async live(letter: string): Promise<void> {
    await this.up();
    this.attached = await Attached.open(this.ports);
    await handIn(this.ports.get("smtp/default")?.clear ?? 0, letter);
    this.letters.push(letter);
  }

  async learnPorts(): Promise<void> {
    const status = await this.server.status();
    for (const site of sitesOf) {
      const [service, name] = site.split("/");
      const found = status?.services.find((it) => it.name === service)?.sites.find((it) => it.name === name);
      if (found !== undefined && found.addresses.length > 0) this.ports.set(site, portsOf(found));
    }
  }

  /** A change of the configuration of the server that runs. */
  async apply(document: JsonObject): Promise<void> {
    const client = new ControlClient(this.path("run", "control.sock"));
    expectGood(await client.call("config.apply", { document, mode: "merge", who: "the test" }));
  }

  /** A command that has to be refused; what it says is the first that a person sees of the fault. */
  async refused(...words: readonly string[]): Promise<void> {
    const { code, err } = await this.program.run(...words);
    if (code === 0) throw new Error(`${words.join(" ")} was not refused`);
    this.said = err;
  }

  /**
   * As typed, without `inetsrv`, or behind the name of a release by its own; up and down are those of the rig, `npm install` is
   * typed in the clone, and NEXT is the port of the next server for mail.
   */
  async type(line: string): Promise<void> {
    if (line === "up") return this.up();
    if (line === "down") return this.down();
    if (line === "npm install") return this.installLibraries();
    const [command = "", given] = line.replace(/\bNEXT\b/, String(this.smartHost.port)).split(" < ");
    const input = given === "recovery key" ? `${this.recoveryKey}\n` : "";
    const words = command
      .split(" ")
      .map((it) => (it.startsWith(PACKAGE) ? this.packageOf(it.slice(PACKAGE.length)) : it));
    const [first = ""] = words;
    const isOther = /^\d/.test(first);
    const other = isOther ? { command: [this.rootPath("releases", first, "inetsrv")] } : {};
    const { code, err, out }: Ran = await this.program.runWith({ input, ...other }, ...words.slice(isOther ? 1 : 0));
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${err}${out}`);
  }

  /** What the fault consists in, such as a port that is held: `release` ends it. */
  hold(release: () => unknown): void {
    this.held.push(release);
  }

  letGo(): void {
    for (const release of this.held) release();
    this.held = [];
  }

  /** To be done when the row is over, in whatever way; the last first. */
  inTheEnd(undo: () => unknown): void {
    this.undoing.unshift(undo);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.attached?.[Symbol.dispose]();
    this.letGo();
    await this.kill();
    for (const undo of this.undoing) await undo();
    await this.program[Symbol.asyncDispose]();
    if (this.release !== undefined) rmSync(this.release, { recursive: true });
    if (this.installedAt !== undefined) rmSync(dirname(this.installedAt.root), { recursive: true });
  }
}

function cloneRelease(): string {
  const clone = mkdtempSync(join(realpathSync(tmpdir()), "inetsrv clone "));
  for (const it of ["src", "knowledge", "tools", "package.json", "package-lock.json"])
    cpSync(join(root, it), join(clone, it), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  must("chmod", "755", clone);
  return clone;
}
