// Runs the real program in a home of its own: commands to their end, and a server that is up until the test is over.
// Only for tests; it ends every process it started, by its number.
import { chmodSync, chownSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { systemClock } from "../../src/base/clock.ts";
import { expectGood } from "../../src/base/result.ts";
import { house } from "../../src/house.ts";
import { initHome } from "../../src/supervisor/init.ts";
import { Server } from "./server.ts";
import { takeHome } from "./take-home.ts";

const { version } = packageJson;

/** How the program is started: from its sources, or as the one executable. */
export type Command = readonly string[];
export const fromSources: Command = [process.execPath, join(import.meta.dir, "..", "..", "src", "main.ts")];

export const serviceNames: readonly string[] = house.services.map((it) => it.name);

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface ProgramOptions {
  readonly command?: Command;
  /** The name of the home in the temporary folder; it may have several parts. */
  readonly name?: string;
  /** As whom everything runs, instead of as the test itself. */
  readonly user?: number | undefined;
}

export interface Spawned {
  readonly command?: Command;
  readonly environment?: Readonly<Record<string, string>>;
  /** Inherited by the process as descriptors 3 and up. */
  readonly descriptors?: readonly number[];
}

export class Program implements AsyncDisposable {
  /** Ours, and removed in the end; the home lies in it. */
  readonly folder: string;
  home: string;
  command: Command;
  private readonly user: number | undefined;
  private readonly servers: Server[] = [];

  constructor({ command = fromSources, name = "höme with spaces", user }: ProgramOptions = {}) {
    this.folder = mkdtempSync(join(realpathSync(tmpdir()), "inetsrv-"));
    // As a folder in which people keep a home: services run as another user, and have to reach their logs.
    chmodSync(this.folder, 0o755);
    this.home = join(this.folder, name);
    this.command = command;
    this.user = user;
    if (user !== undefined) chownSync(this.folder, user, user);
  }

  /** A new home whose sites listen on ports that the system chooses, for some services or all; the recovery key. */
  async init(...only: readonly string[]): Promise<string> {
    const home = { root: this.home, from: "--home" } as const;
    const { model, checks, services } = house;
    const made = expectGood(await initHome({ home, version, model, checks, services, clock: systemClock }));
    const client = await takeHome(this.home);
    const document = Object.fromEntries(
      serviceNames.map((name) => {
        const enabled = only.length === 0 || only.includes(name);
        return [name, { enabled, sites: { default: { bindings: ["127.0.0.1:0"] } } }];
      }),
    );
    expectGood(await client.call("config.apply", { document, mode: "merge", who: "the test" }));
    await client.close();
    if (this.user !== undefined) Bun.spawnSync(["chown", "-R", `${this.user}:${this.user}`, this.folder]);
    return made.recoveryKey;
  }

  async run(...args: readonly string[]): Promise<Ran> {
    return this.runWith({}, ...args);
  }

  /** With something on standard input, in another environment, or called in another way. */
  async runWith(
    { input = "", home = this.home, ...spawned }: Spawned & { readonly input?: string; readonly home?: string },
    ...args: readonly string[]
  ): Promise<Ran> {
    const child = Bun.spawn(this.words(spawned, home, args), {
      ...this.world(spawned),
      stdin: Buffer.from(input),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return { code, out, err };
  }

  /** What has to succeed; its output. */
  async must(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await this.run(...args);
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${err}${out}`);
    return out;
  }

  /** The data that a command answers, whatever its exit code. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { out, err } = await this.run(...args, "--json");
    if (out === "") throw new Error(`${args.join(" ")} answered nothing: ${err}`);
    return JSON.parse(out) as T;
  }

  /** Starts a server and waits until it says what runs. */
  async up(spawned: Spawned = {}, ...args: readonly string[]): Promise<Server> {
    const server = this.start(spawned, ...args);
    await server.banner();
    return server;
  }

  /** Starts a server and waits for nothing. */
  start(spawned: Spawned = {}, ...args: readonly string[]): Server {
    const child = Bun.spawn(this.words(spawned, this.home, ["up", ...args]), {
      ...this.world(spawned),
      stdio: ["ignore", "pipe", "pipe", ...(spawned.descriptors ?? [])],
    });
    const server = new Server(this.home, child);
    this.servers.push(server);
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers) await server.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private words({ command = this.command }: Spawned, home: string, args: readonly string[]): string[] {
    return [...command, ...(home === "" ? [] : ["--home", home]), ...args];
  }

  private world({ environment }: Spawned) {
    const ours = { INETSRV_HOME: undefined, VISUAL: undefined, EDITOR: undefined, NO_COLOR: "1" };
    const user = this.user === undefined ? {} : { uid: this.user, gid: this.user };
    return { cwd: this.folder, env: { ...process.env, ...ours, ...environment }, ...user };
  }
}
