import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { eventually } from "./eventually.ts";
import { Program, type Ran } from "./program.ts";
import type { Server } from "./server.ts";
import { greeting } from "./session.ts";

const PATH = "ftp/sites/default/greeting";

const get = async (program: Program): Promise<string> => (await program.must("config", "get", PATH)).trimEnd();
const set = (program: Program, value: string, ...flags: readonly string[]): Promise<Ran> =>
  program.run("config", "set", PATH, value, ...flags);
const logged = async (program: Program, number: number): Promise<string> =>
  eventually(`event ${number}`, async () => (await program.must("events", "--number", String(number))) || undefined);

describe("on a server that runs", () => {
  const program = new Program();
  let server: Server;
  beforeAll(async () => {
    await program.init("ftp");
    server = await program.up();
  });
  afterAll(() => program[Symbol.asyncDispose]());

  test("what nobody confirms is taken back by itself, in the configuration and in the service", async () => {
    const before = await get(program);
    const port = await server.port("ftp");
    const { code, out } = await set(program, "brief", "--confirm-within", "4s");
    expect(code).toBe(exitCodes.done);
    expect(out).toContain("inetsrv config confirm");
    expect(await greeting(port)).toContain("brief");
    const waiting = await program.run("status");
    expect(waiting.out).toMatch(/unconfirmed +revision \d+ by .* is taken back in .*inetsrv config confirm/);

    const { revision } = await server.until("it is taken back", (it) => it.pending === null);
    expect(await get(program)).toBe(before);
    await eventually("the service too", async () => !(await greeting(port)).includes("brief"));
    expect(await logged(program, 2004)).toContain(`revision ${revision} takes it back`);
    expect(await program.must("config", "history", "--last", "1")).toContain(String(revision));
  });

  test("what is confirmed stays", async () => {
    await set(program, "kept", "--confirm-within", "5s"); // another command has to begin meanwhile
    const confirmed = await program.must("config", "confirm");
    expect(confirmed).toContain("stays");
    await Bun.sleep(5200);
    expect(await get(program)).toBe("kept");
    expect((await server.status())?.pending).toBeNull();
    expect((await program.run("config", "confirm")).code).not.toBe(exitCodes.done);
  });

  test("meanwhile other changes are refused, and it is said who waits for what", async () => {
    await set(program, "wait", "--confirm-within", "1m");
    const revision = (await server.status())?.pending?.revision;
    for (const words of ["config set smtp/idleTimeout 5m", "config revert 1", "config create ftp/sites/x"]) {
      const { code, err } = await program.run(...words.split(" "));
      expect(code).toBe(exitCodes.conflict);
      expect(err).toContain(`${revision} by `);
      expect(err).toContain("to be confirmed");
    }
    await program.must("config", "revert");
    expect(await get(program)).toBe("kept");
    expect((await server.status())?.pending).toBeNull();
  });

  test("a change that changes nothing waits for nobody", async () => {
    const { out } = await set(program, "kept", "--confirm-within", "1s");
    expect(out).toStartWith("Nothing changed");
    expect((await server.status())?.pending).toBeNull();
  });
});

test.concurrent("a server that was killed meanwhile takes it back at its next start when the time is over", async () => {
  await using program = new Program();
  await program.init("ftp");
  const server = await program.up();
  const before = await get(program);
  await set(program, "brief", "--confirm-within", "1s");
  server.child.kill("SIGKILL");
  await server.ended();
  await Bun.sleep(1000);

  const next = await program.up();
  expect(await greeting(await next.port("ftp"))).not.toContain("brief");
  expect(await get(program)).toBe(before);
  expect(next.err).toContain("was not confirmed in time");
});

test.concurrent("a server that was killed meanwhile goes on waiting for the rest of the time", async () => {
  await using program = new Program();
  await program.init("ftp");
  const server = await program.up();
  await set(program, "brief", "--confirm-within", "4s");
  server.child.kill("SIGKILL");
  await server.ended();
  const next = await program.up();
  expect((await next.status())?.pending?.revision).toBe(3 + 1);
  expect(await greeting(await next.port("ftp"))).toContain("brief");
  await next.until("it is taken back", (it) => it.pending === null);
  expect(await get(program)).not.toBe("brief");
});

test.concurrent("while no server runs, the next command takes back what was not confirmed", async () => {
  await using program = new Program();
  await program.init("ftp");
  const before = await get(program);
  await set(program, "brief", "--confirm-within", "5s"); // another command has to begin meanwhile
  expect(await get(program)).toBe("brief");
  await Bun.sleep(5000);
  expect(await get(program)).toBe(before);
  await set(program, "kept", "--confirm-within", "5s");
  await program.must("config", "confirm");
  await Bun.sleep(5000);
  expect(await get(program)).toBe("kept");
});
