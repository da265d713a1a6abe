// A server that a test has started: what it says on its screen, and what it answers on its control socket. Only for tests.
import { join } from "node:path";
import type { Subprocess } from "bun";
import type { ServerStatus, ServiceStatus, SiteStatus } from "../../src/supervisor/answers.ts";
import { ControlClient } from "../../src/supervisor/control-client.ts";
import { eventually } from "./eventually.ts";

export interface Ended {
  readonly code: number;
  readonly said: string;
}

export class Server {
  readonly child: Subprocess<"ignore", "pipe", "pipe">;
  /** What its two streams have said so far. */
  out = "";
  err = "";
  private readonly home: string;
  private readonly reading: Promise<unknown>;

  constructor(home: string, child: Subprocess<"ignore", "pipe", "pipe">) {
    this.home = home;
    this.child = child;
    const readOut = read(child.stdout, (text) => {
      this.out += text;
    });
    const readErr = read(child.stderr, (text) => {
      this.err += text;
    });
    this.reading = Promise.all([readOut, readErr]);
  }

  get pid(): number {
    return this.child.pid;
  }

  /** Resolves when it has told what runs and where. */
  banner(): Promise<true> {
    return eventually(
      () => `the banner\n${this.out}${this.err}`,
      () => {
        this.mustRun();
        return this.out.includes("It ends with Ctrl-C");
      },
    );
  }

  /** undefined while nobody answers. */
  async status(): Promise<ServerStatus | undefined> {
    const answer = await new ControlClient(join(this.home, "run", "control.sock")).call("status.show", {});
    return answer.ok ? (answer.value as unknown as ServerStatus) : undefined;
  }

  until(what: string, condition: (status: ServerStatus) => boolean): Promise<ServerStatus> {
    let last: ServerStatus | undefined;
    return eventually(
      () => `${what}\n${this.out}${this.err}\n${JSON.stringify(last, undefined, 1)}`,
      async () => {
        this.mustRun();
        last = await this.status();
        return last !== undefined && condition(last) ? last : undefined;
      },
    );
  }

  async service(name: string): Promise<ServiceStatus> {
    return pick(await this.status(), name);
  }

  async site(service: string, name = "default"): Promise<SiteStatus> {
    return pickSite(await this.service(service), name);
  }

  async port(service: string, site = "default"): Promise<number> {
    return portOf(await this.site(service, site));
  }

  /** Processes of one service, or of all. */
  async workers(service?: string): Promise<readonly number[]> {
    const services = (await this.status())?.services ?? [];
    const chosen = services.filter((it) => service === undefined || it.name === service);
    return chosen.flatMap((it) => it.workers.map(({ pid }) => pid));
  }

  /** Its end, with everything it said. */
  async ended(): Promise<Ended> {
    const code = await this.child.exited;
    await this.reading;
    return { code, said: this.out + this.err };
  }

  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGKILL");
    await this.child.exited;
  }

  private mustRun(): void {
    if (this.child.exitCode !== null) throw new Error(`the server is gone: ${this.out}${this.err}`);
  }
}

export function pick(status: Pick<ServerStatus, "services"> | undefined, name: string): ServiceStatus {
  const found = status?.services.find((it) => it.name === name);
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
}

export function pickSite({ name: service, sites }: ServiceStatus, name = "default"): SiteStatus {
  const found = sites.find((it) => it.name === name);
  if (found === undefined) throw new Error(`no site ${service}/${name}`);
  return found;
}

export const portOf = ({ addresses }: Pick<SiteStatus, "addresses">): number => Number(addresses[0]?.split(":").at(-1));

async function read(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) take(decoder.decode(chunk, { stream: true }));
}
