// The installation that every row gets a copy of: all four services with two sites each, a certificate, a user, a sealed
// secret, and mail that was accepted by the real program and waits. Made once in a process. Only for tests.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/base/json.ts";
import { expectGood } from "../../src/base/result.ts";
import { eventually } from "../program/eventually.ts";
import { freePort } from "../program/free-port.ts";
import { Program } from "../program/program.ts";
import { takeHome } from "../program/take-home.ts";
import { GREETING, handIn, letterNames, PASSWORD, USER } from "./ledger.ts";
import { HOST, pages } from "./probes.ts";
import { SmartHost } from "./smart-host.ts";

const site = { bindings: ["127.0.0.1:0"], secureBindings: [] as readonly string[] };
const secured = { secureBindings: ["127.0.0.1:0"] };
/** Of an account at the next server, which asks for none: what needs the secret is one site. */
export const SECRET = "smtp/sites/second/smartHostPassword";

function furnishing(smartHost: string): JsonObject {
  const mail = { smartHost, relay: ["relay 127.0.0.1"], defaultDomain: "house.example" };
  return {
    certificate: { fallback: "main" },
    account: { groups: { people: { grants: ["log-in *"] } } },
    www: { sites: { default: { ...secured, path: "content/www" }, second: { ...site, path: "content/second" } } },
    ftp: { sites: { default: secured, second: { ...site, greeting: GREETING } } },
    smtp: {
      sites: {
        default: { ...secured, ...mail, fullyQualifiedName: "mail.example" },
        second: { ...site, ...mail, fullyQualifiedName: "second.example", smartHostPassword: "a sealed secret" },
      },
    },
    nntp: { sites: { default: secured, second: site } },
  };
}

export class Installation implements AsyncDisposable {
  readonly program: Program;
  readonly recoveryKey: string;
  /** The next server for mail, of all copies together. */
  readonly smartHost: SmartHost;

  private constructor(program: Program, recoveryKey: string, smartHost: SmartHost) {
    this.program = program;
    this.recoveryKey = recoveryKey;
    this.smartHost = smartHost;
  }

  static async make(): Promise<Installation> {
    const program = new Program();
    const recoveryKey = await program.init();
    const smartHost = new SmartHost(await freePort());
    const client = await takeHome(program.home);
    const who = "the test";
    const must = async (operation: string, given: JsonObject) =>
      expectGood(await client.call(operation, { ...given, who }));
    await must("certificate.make", { name: "main", hosts: [HOST] });
    await must("config.apply", { document: furnishing(`[127.0.0.1]:${smartHost.port}`), mode: "merge" });
    await must("user.add", { name: USER, password: PASSWORD, groups: ["people"] });
    await client.close();
    for (const [name, page] of Object.entries({ www: pages.default, second: pages.second })) {
      const folder = join(program.home, "content", name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "index.html"), page);
      chmodSync(folder, 0o755);
    }
    const server = program.start();
    await eventually(
      "the installation serves",
      async () => (await server.status())?.services.every(({ state }) => state === "running"),
      60_000,
    );
    for (const it of letterNames) await handIn(await server.port("smtp"), it);
    await program.must("queue", "hold", "--all", "--yes");
    await program.must("down");
    // Only now, so that those letters wait.
    await smartHost.open();
    return new Installation(program, recoveryKey, smartHost);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.smartHost.close();
    await this.program[Symbol.asyncDispose]();
  }
}
