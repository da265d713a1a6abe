// The real program, up with a configuration in a home of its own, as a bench looks at it from outside: ports, processes, what
// they use. It ends, and its home goes, with the bench.
import { join } from "node:path";
import type { JsonObject } from "../src/base/json.ts";
import { Program } from "../test/program/program.ts";
import { portOf, type Server } from "../test/program/server.ts";
import type { CertificateFiles } from "./certificate-files.ts";

export interface RealServerOptions {
  /** By service; what is not named is off. Each default site listens on a port that the system chooses. */
  readonly services: Readonly<Record<string, JsonObject>>;
  /** Stored as "bench". */
  readonly certificate?: CertificateFiles;
}

/** No bench is to meet the bound of a site that nobody has set. */
const sitesOfBench = { connectionsMax: 100_000 };

export class RealServer implements AsyncDisposable {
  private readonly program: Program;
  private readonly server: Server;

  private constructor(program: Program, server: Server) {
    this.program = program;
    this.server = server;
  }

  static async up({ services, certificate }: RealServerOptions): Promise<RealServer> {
    const program = new Program({ name: "home" });
    await program.init(...Object.keys(services));
    if (certificate !== undefined) await program.must("cert", "add", "bench", certificate.chain, certificate.key);
    const document = Object.entries(services).map(([name, it]) => [name, { ...sitesOfBench, ...it }]);
    const file = join(program.folder, "bench.json");
    await Bun.write(file, JSON.stringify(Object.fromEntries(document)));
    await program.must("config", "apply", file);
    return new RealServer(program, await program.up());
  }

  port(service: string, site = "default"): Promise<number> {
    return this.server.port(service, site);
  }

  /** Of the bindings that begin with TLS. */
  async securePort(service: string): Promise<number> {
    const { secureAddresses } = await this.server.site(service);
    return portOf({ addresses: secureAddresses });
  }

  /** The process that serves it; a bench has one. */
  async worker(service: string): Promise<number> {
    const [pid] = await this.server.workers(service);
    if (pid === undefined) throw new Error(`nobody serves ${service}`);
    return pid;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program[Symbol.asyncDispose]();
  }
}
