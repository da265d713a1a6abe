// A supervisor over the unruly service with plans that a test changes at will, and a client that reads what it is
// told. For tests only.
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { type Occurrence, reporter } from "../../event/event.ts";
import { binding } from "../../schema/kinds/network.ts";
import type { ServiceStatus, SiteStatus } from "../answers.ts";
import type { Logins } from "../login-desk.ts";
import type { ServicePlan } from "../service-control.ts";
import type { SiteBinding } from "../site-bindings.ts";
import { Supervisor } from "../supervisor.ts";
import { unrulyService } from "./unruly-service.ts";

export type SiteText = Readonly<Record<string, Json>> & { readonly bindings?: readonly string[] };

export const workerCommand = [process.execPath, join(import.meta.dir, "unruly-main.ts")];

export class TestServer {
  readonly events: Occurrence[] = [];
  readonly supervisor: Supervisor;
  readonly sites: Map<string, SiteText>;
  plan: ServicePlan;
  common: JsonObject = { motto: "none" };
  revision = 1;
  private watchers = new Set<() => void>();
  private readonly folder = mkdtempSync(join(tmpdir(), "test server ü "));

  constructor(
    sites: Readonly<Record<string, SiteText>>,
    plan: Partial<ServicePlan> = {},
    version = "test",
    command: readonly string[] = workerCommand,
    logins?: Logins,
  ) {
    this.sites = new Map(Object.entries(sites));
    this.plan = { enabled: true, workers: 1, startTimeout: 10_000, drainTimeout: 1000, ...plan };
    const write = (it: Occurrence) => {
      this.events.push(it);
      for (const watcher of this.watchers) watcher();
    };
    this.supervisor = new Supervisor({
      home: { root: this.folder, from: "--home" },
      version: "test",
      release: { version, files: {} },
      services: [unrulyService],
      clock: systemClock,
      command,
      user: null,
      sockets: [],
      ...(logins === undefined ? {} : { logins }),
      reportFor: (service) => reporter(service, systemClock.wallMs, write),
      write,
      plans: {
        revision: 1,
        pending: null,
        faults: [],
        servicePlan: () => this.plan,
        commonValues: () => this.common,
        siteNames: () => [...this.sites.keys()],
        hasSite: (_service, name) => this.sites.has(name),
        sitePlan: (_service, name) => {
          const values = this.sites.get(name) ?? {};
          const bindings = (values.bindings ?? []).map((it) => binding.decode(it));
          return {
            revision: this.revision,
            values,
            below: {},
            secrets: {},
            bindings: bindings.flatMap((it): SiteBinding[] => (it.ok ? [{ ...it.value, secure: false }] : [])),
            autoStart: true,
          };
        },
      },
    });
  }

  get service(): ServiceStatus {
    const [status] = this.supervisor.status().services;
    if (status === undefined) throw new Error("no service");
    return status;
  }

  site(name: string): SiteStatus {
    const found = this.service.sites.find((it) => it.name === name);
    if (found === undefined) throw new Error(`no site ${name}`);
    return found;
  }

  port(name: string): number {
    return Number(this.site(name).addresses[0]?.split(":").at(-1));
  }

  change(name: string, values: SiteText | null, serviceItself = false): void {
    this.revision++;
    if (values === null) this.sites.delete(name);
    else this.sites.set(name, values);
    this.supervisor.renew([{ service: "unruly", serviceItself, sites: [name] }]);
  }

  /** Resolves when the condition holds; looked at after each event and a few times a second. */
  until(condition: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (end: () => void) => {
        this.watchers.delete(look);
        clearInterval(timer);
        clearTimeout(limit);
        end();
      };
      const look = () => {
        if (condition()) done(resolve);
      };
      const timer = setInterval(look, 20);
      const limit = setTimeout(
        () => done(() => reject(new Error(`not so: ${what}; ${JSON.stringify(this.service, undefined, 1)}`))),
        20_000,
      );
      this.watchers.add(look);
      look();
    });
  }

  /** Ends all processes, however unruly. */
  async end(): Promise<void> {
    this.plan = { ...this.plan, drainTimeout: 0 };
    this.supervisor.abandon();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One connection, line by line. */
export class TestClient {
  readonly socket: Socket;
  ended = false;
  private text = "";
  private readonly waiting: (() => void)[] = [];
  error: string | undefined;

  constructor(port: number, host = "127.0.0.1") {
    this.socket = connect({ port, host });
    this.socket.on("data", (chunk) => {
      this.text += chunk;
      this.wake();
    });
    this.socket.on("error", (error) => {
      this.error = (error as NodeJS.ErrnoException).code ?? error.message;
    });
    this.socket.on("close", () => {
      this.ended = true;
      this.wake();
    });
  }

  /** The next line, or undefined when the connection ended before one came. */
  async line(): Promise<string | undefined> {
    while (!this.text.includes("\n")) {
      if (this.ended) return undefined;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    const end = this.text.indexOf("\n");
    const line = this.text.slice(0, end);
    this.text = this.text.slice(end + 1);
    return line;
  }

  async closed(): Promise<void> {
    while (!this.ended) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }
}
