import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer, type Server as NetServer } from "node:net";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { eventually } from "./eventually.ts";
import { findProgram, freeLowPort, nobody } from "./machine.ts";
import { usersOf } from "./processes.ts";
import { fromSources, Program } from "./program.ts";
import { pick, pickSite, type Server } from "./server.ts";
import { greeting } from "./session.ts";

/** Of the block that is for examples: no machine has it. */
const MISSING = "192.0.2.1:2121";
const lowPort = await freeLowPort();
const isRoot = nobody !== undefined && lowPort !== undefined;
const low = `127.0.0.1:${lowPort}`;

/** Of each error on the screen, the line that names it. */
const errorLines = ({ err }: Server): readonly string[] => err.split("\n").filter((it) => /^\S+ error /.test(it));

/** What status says, as one line. */
async function told(program: Program): Promise<string> {
  const { code, out } = await program.run("status");
  expect(code).toBe(exitCodes.partBroken);
  return out.replaceAll(/\s+/g, " ");
}

let holder: NetServer;
let taken = "";
beforeAll(async () => {
  holder = createServer().listen(0, "127.0.0.1");
  await eventually("the port is taken", () => holder.listening);
  taken = `127.0.0.1:${(holder.address() as { port: number }).port}`;
});
afterAll(() => void holder.close());

test.skipIf(!isRoot)("a port that is not permitted: the user and what gives the right are named", async () => {
  await using program = new Program({ user: nobody });
  await program.init("smtp", "www");
  await program.must("config", "set", "smtp/sites/default/bindings", low, "www/sites/default/bindings", taken);
  const server = await program.up();
  const lines = errorLines(server).filter((it) => it.includes(low));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("nobody may not open port");
  const text = await told(program);
  expect(text).toContain(`Cannot listen on ${low}`);
  expect(text).toContain("CAP_NET_BIND_SERVICE");
  // The processes of others are not for everybody to look into.
  expect(text).toContain("a process of user root holds the port");
});

describe("a server with sites that cannot listen", () => {
  const program = new Program();
  let server: Server;
  beforeAll(async () => {
    await program.init();
    const bindings = ["www/sites/default/bindings", taken, "ftp/sites/default/bindings", MISSING];
    const asRoot = isRoot ? ["nntp/sites/default/bindings", low, "server/serviceUser", "nobody"] : [];
    await program.must("config", "set", ...bindings, ...asRoot);
    server = await program.up();
  });
  afterAll(() => program[Symbol.asyncDispose]());

  test("a port that is taken: the process that holds it is named, on the screen and in status", async () => {
    const holds = `process ${process.pid}`;
    expect(errorLines(server).filter((it) => it.includes(taken) && it.includes(holds))).toHaveLength(1);
    const text = await told(program);
    expect(text).toContain(`Cannot listen on ${taken}`);
    expect(text).toContain(holds);
  });

  test("an address that the machine does not have: those that it has are named", async () => {
    const lines = errorLines(server).filter((it) => it.includes(MISSING));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("127.0.0.1");
    expect(await told(program)).toContain(`Cannot listen on ${MISSING}`);
  });

  test("no other site is disturbed, and the first line of status names those in trouble", async () => {
    expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
    const [first = ""] = (await program.run("status")).out.split("\n");
    expect(first).toContain("www/default");
    expect(first).toContain("ftp/default");
    expect(first).not.toContain("smtp");
  });

  // Soon, as the next try is ever later.
  test("a port that becomes free is taken by itself", async () => {
    holder.close();
    const status = await server.until("www serves", (it) => pickSite(pick(it, "www")).state === "running");
    expect(pickSite(pick(status, "www")).faults).toEqual([]);
    expect((await fetch(`http://${taken}/`)).status).toBe(200);
    await eventually("the log tells it", async () =>
      (await program.must("events", "--number", "4010")).includes(taken),
    );
  });

  test.skipIf(!isRoot)("started as root, the supervisor opens low ports and its workers are nobody", async () => {
    expect(await greeting(lowPort ?? 0)).toStartWith("20");
    const workers = await server.workers();
    expect(workers).toHaveLength(4);
    for (const pid of workers) expect(usersOf(pid)).toEqual([65534, 65534, 65534, 65534]);
    expect(usersOf(server.pid)).toEqual([0, 0, 0, 0]);
    await program.must("restart", "nntp");
    expect(await greeting(lowPort ?? 0)).toStartWith("20");
  });
});

const rights = ["--inh-caps", "+net_bind_service", "--ambient-caps", "+net_bind_service"];
const setpriv = [findProgram("setpriv") ?? "", "--reuid=65534", "--regid=65534", "--clear-groups", ...rights];

test.skipIf(!isRoot || setpriv[0] === "")("with CAP_NET_BIND_SERVICE an ordinary user serves low ports", async () => {
  await using program = new Program({ user: nobody });
  await program.init("smtp");
  await program.must("config", "set", "smtp/sites/default/bindings", low);
  await using withRights = new Program({ command: [...setpriv, ...fromSources] });
  withRights.home = program.home;
  const server = await withRights.up();
  expect(await greeting(lowPort ?? 0)).toStartWith("220 ");
  expect(usersOf(server.pid)).toEqual([65534, 65534, 65534, 65534]);
});
