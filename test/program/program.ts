// Runs the real program in a home of its own: commands to their end, and a server that is up until the test is over.
// Only for tests; it ends every process it started, by its number.
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import type { ServerStatus } from "../../src/supervisor/answers.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How the program is started: from its sources, or as the one executable. */
export type Command = readonly string[];
export const fromSources: Command = [process.execPath, join(import.meta.dir, "..", "..", "src", "main.ts")];

const UP_WITHIN_MS = 20_000;

export class Program implements AsyncDisposable {
  readonly home: string;
  readonly command: Command;
  private readonly folder: string;
  private readonly servers: Subprocess[] = [];

  constructor(command: Command = fromSources, name = "höme with spaces") {
    this.folder = mkdtempSync(join(tmpdir(), "inetsrv-"));
    this.home = join(this.folder, name);
    this.command = command;
  }

  /** A new home whose sites listen on ports that the system chooses; the recovery key. */
  async init(): Promise<string> {
    const made = await this.run("init", "--json");
    if (made.code !== 0) throw new Error(`init: ${made.err}`);
    const bindings = ["www", "ftp", "smtp", "nntp"].flatMap((it) => [`${it}/sites/default/bindings`, "127.0.0.1:0"]);
    const set = await this.run("config", "set", ...bindings);
    if (set.code !== 0) throw new Error(`config set: ${set.err}`);
    return (JSON.parse(made.out) as { recoveryKey: string }).recoveryKey;
  }

  async run(...args: readonly string[]): Promise<Ran> {
    return this.runWith("", ...args);
  }

  /** With something on standard input. */
  async runWith(input: string, ...args: readonly string[]): Promise<Ran> {
    const child = Bun.spawn([...this.command, "--home", this.home, ...args], {
      cwd: this.folder,
      stdin: Buffer.from(input),
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, NO_COLOR: "1" },
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, out, err };
  }

  async json<T>(...args: readonly string[]): Promise<T> {
    const { out, err } = await this.run(...args, "--json");
    if (out === "") throw new Error(err);
    return JSON.parse(out) as T;
  }

  /** Starts a server and waits until it answers with every service out of its start. */
  async up(...args: readonly string[]): Promise<Server> {
    const server = this.start(...args);
    await server.until((it) => it.services.every(({ state }) => state !== "starting" && state !== "stopped"), "up");
    return server;
  }

  /** Starts a server and waits for nothing. */
  start(...args: readonly string[]): Server {
    const child = Bun.spawn([...this.command, "--home", this.home, "up", ...args], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    this.servers.push(child);
    return new Server(this, child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers) {
      if (server.exitCode === null && server.signalCode === null) server.kill("SIGKILL");
      await server.exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Server {
  readonly child: Subprocess<"ignore", "pipe", "pipe">;
  /** What it has said so far. */
  said = "";
  private readonly program: Program;
  private readonly reading: Promise<unknown>;

  constructor(program: Program, child: Subprocess<"ignore", "pipe", "pipe">) {
    this.program = program;
    this.child = child;
    this.reading = Promise.all([this.read(child.stdout), this.read(child.stderr)]);
  }

  async status(): Promise<ServerStatus | undefined> {
    const { out } = await this.program.run("status", "--json");
    const given = out === "" ? undefined : (JSON.parse(out) as ServerStatus);
    return given?.services === undefined ? undefined : given;
  }

  async until(condition: (status: ServerStatus) => boolean, what: string): Promise<ServerStatus> {
    const endMs = Date.now() + UP_WITHIN_MS;
    let last: ServerStatus | undefined;
    while (Date.now() < endMs) {
      last = await this.status();
      if (last !== undefined && condition(last)) return last;
      if (this.child.exitCode !== null) break;
    }
    throw new Error(`not so: ${what}\n${this.said}\n${JSON.stringify(last, undefined, 1)}`);
  }

  /** Its end, with everything it said. */
  async ended(): Promise<Ran> {
    const code = await this.child.exited;
    await this.reading;
    return { code, out: this.said, err: this.said };
  }

  async port(service: string, site = "default"): Promise<number> {
    const status = await this.status();
    const found = status?.services.find((it) => it.name === service)?.sites.find((it) => it.name === site);
    return Number(found?.addresses[0]?.split(":").at(-1));
  }

  private async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) this.said += decoder.decode(chunk, { stream: true });
  }
}

/** What a server says first on a connection; an error code when there is none. */
export function greeting(port: number, send = ""): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      if (send !== "") socket.write(send);
    });
    socket.once("data", (chunk) => {
      resolve(chunk.toString("latin1"));
      socket.destroy();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once("close", () => resolve("closed"));
  });
}
