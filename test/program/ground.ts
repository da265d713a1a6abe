// A server that is set up as people set one up: a certificate, users, and sites that listen in clear and with TLS. Only
// for tests; what is asked of it goes over its control socket, as the commands do, without a process for each question.
import { join } from "node:path";
import type { Json, JsonObject } from "../../src/base/json.ts";
import { expectGood } from "../../src/base/result.ts";
import { Openssl, type Order } from "../../src/certificate/testing/openssl.ts";
import { ControlClient } from "../../src/supervisor/control-client.ts";
import { socketsOf } from "./descriptors.ts";
import { eventually } from "./eventually.ts";
import { findProgram } from "./machine.ts";
import { Program, type Spawned } from "./program.ts";
import { portOf, type Server } from "./server.ts";
import { takeHome } from "./take-home.ts";

const hasOpenssl = findProgram("openssl") !== undefined;

export const PASSWORD = "correct horse battery";
export const lineServices = ["smtp", "nntp", "ftp"] as const;
export const allServices = ["www", ...lineServices] as const;
export type ServiceName = (typeof allServices)[number];

export interface GroundOptions {
  readonly services?: readonly ServiceName[];
  /** Of the certificate `main`, which answers for all of them and as fallback. */
  readonly names?: readonly string[];
  /** Stated besides, in the form of `inetsrv config apply`. */
  readonly document?: JsonObject;
  /** Each may log in everywhere, with PASSWORD. */
  readonly users?: readonly string[];
  readonly spawned?: Spawned;
}

/** One line of the event log. */
export interface Told {
  readonly number: number;
  readonly object: { readonly kind: string; readonly name: string };
  readonly parameters: Readonly<Record<string, Json>>;
}

export class Ground implements AsyncDisposable {
  readonly program = new Program();
  /** Also the folder for what the clients of a test need. */
  readonly openssl = new Openssl();
  private running: Server | undefined;

  /** A home whose server is started later, by `restart`. */
  static async laid(options: GroundOptions = {}): Promise<Ground> {
    const ground = new Ground();
    await ground.furnish(options);
    return ground;
  }

  static async up(options: GroundOptions = {}): Promise<Ground> {
    const ground = await Ground.laid(options);
    ground.running = await ground.program.up(options.spawned);
    return ground;
  }

  get server(): Server {
    if (this.running === undefined) throw new Error("it is not up");
    return this.running;
  }

  /** Another server of the same home, after the one before has ended. */
  async restart(spawned: Spawned = {}): Promise<Server> {
    this.running = await this.program.up(spawned);
    return this.running;
  }

  file(name: string): string {
    return join(this.openssl.folder, name);
  }

  port(service: ServiceName, site?: string): Promise<number> {
    return this.server.port(service, site);
  }

  async securePort(service: ServiceName, site?: string): Promise<number> {
    const found = await this.server.site(service, site);
    return portOf({ ...found, addresses: found.secureAddresses });
  }

  /** What an operation answers; it must succeed. */
  async ask<T = JsonObject>(operation: string, given: JsonObject = {}): Promise<T> {
    return expectGood(await this.client.call(operation, given)) as T;
  }

  /** Why an operation is refused. */
  async refusal(operation: string, given: JsonObject): Promise<string> {
    const answer = await this.client.call(operation, given);
    if (answer.ok) throw new Error(`${operation} was not refused`);
    return JSON.stringify(answer.error);
  }

  async apply(document: JsonObject): Promise<void> {
    await this.ask("config.apply", { document, mode: "merge", who: "the test" });
  }

  /** Takes a setting back to its default. */
  async unset(at: string, key: string): Promise<void> {
    await this.ask("config.change", { edits: [{ at, set: { [key]: null } }], who: "the test" });
  }

  /** Settings of the default site of a service. */
  set(service: ServiceName, settings: JsonObject, site = "default"): Promise<void> {
    return this.apply({ [service]: { sites: { [site]: settings } } });
  }

  /** A key and certificate as files of the test. */
  make(name: string, order: Order): void {
    this.openssl.make(name, order);
  }

  /** Takes a pair of `openssl` files into the server; its fingerprint. */
  async addCertificate(name: string, files = name): Promise<string> {
    await this.ask("certificate.add", this.pair(name, files));
    return this.fingerprint(files);
  }

  fingerprint(files: string): string {
    const told = this.openssl.run("x509", "-in", `${files}.pem`, "-noout", "-fingerprint", "-sha256");
    return told.trim().split("=")[1] ?? "";
  }

  /** Events of that number so far. */
  async events(number: number): Promise<readonly Told[]> {
    const text = await this.program.must("events", "--number", String(number), "--json");
    const lines = text.split("\n").filter((it) => it !== "");
    return lines.map((it) => JSON.parse(it) as Told);
  }

  /** Waits for such an event, as the log is written a moment later. */
  event(number: number, fits: (told: Told) => boolean = () => true): Promise<Told> {
    return eventually(`event ${number}`, async () => (await this.events(number)).find(fits));
  }

  /** Of all workers together: what is open besides these sockets is a connection. */
  async sockets(): Promise<number> {
    const workers = await this.server.workers();
    return workers.reduce((sum, pid) => sum + socketsOf(pid), 0);
  }

  /** The workers have as many sockets as they had while nobody was connected, and say themselves that nobody is. */
  async untilNobodyIsConnected(sockets: number): Promise<void> {
    let last = 0;
    await eventually(
      () => `${last} sockets are open, ${sockets} without anybody`,
      async () => {
        last = await this.sockets();
        return last === sockets;
      },
    );
    await this.server.until("nobody is connected", ({ services }) =>
      services.every(({ workers }) => workers.every(({ connections }) => connections === 0)),
    );
  }

  /** Counted at a site: the value of one cell, or of one label of it. */
  async metric(service: ServiceName, name: string, label?: string, site = "default"): Promise<number> {
    type Answer = { readonly sites: readonly { readonly metrics: Readonly<Record<string, Json>> }[] };
    const { sites } = await this.ask<Answer>("metrics.show", { service, site });
    const value = sites[0]?.metrics[name];
    if (label === undefined) return Number(value ?? 0);
    return Number((value as Readonly<Record<string, number>> | undefined)?.[label] ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
    this.openssl[Symbol.dispose]();
  }

  private get client(): ControlClient {
    return new ControlClient(join(this.program.home, "run", "control.sock"));
  }

  private async furnish({
    services = allServices,
    names = [],
    document = {},
    users = [],
  }: GroundOptions): Promise<void> {
    await this.program.init(...services);
    const client = await takeHome(this.program.home);
    const must = async (operation: string, given: JsonObject) => expectGood(await client.call(operation, given));
    if (names.length > 0 && hasOpenssl) {
      this.make("main", { names: names.map((it) => `DNS:${it}`) });
      await must("certificate.add", this.pair("main", "main"));
      // Real clients, which have to believe it, are skipped then.
    } else if (names.length > 0) await must("certificate.make", { name: "main", hosts: [...names], who: "the test" });
    const secureBindings = names.length > 0 ? ["127.0.0.1:0"] : [];
    const listening = Object.fromEntries(services.map((it) => [it, { sites: { default: { secureBindings } } }]));
    const fallback = names.length > 0 ? { certificate: { fallback: "main" } } : {};
    const account = { account: { groups: { people: { grants: ["log-in *"] } } } };
    for (const part of [{ ...listening, ...fallback, ...account }, document])
      await must("config.apply", { document: part, mode: "merge", who: "the test" });
    for (const name of users) await must("user.add", { name, password: PASSWORD, groups: ["people"], who: "the test" });
    await client.close();
  }

  private pair(name: string, files: string): JsonObject {
    const [chain, privateKey] = [`${files}.pem`, `${files}.key`].map((it) => this.openssl.read(it).toString());
    return { name, chain: chain ?? "", privateKey: privateKey ?? "", who: "the test" };
  }
}
