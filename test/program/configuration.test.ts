import { afterAll, beforeAll, expect, test } from "bun:test";
import { exitCodes } from "../../src/cli/exit-code.ts";
import type { RevisionSummary } from "../../src/supervisor/answers.ts";
import { Program } from "./program.ts";
import { pick, pickSite, portOf, type Server } from "./server.ts";
import { greeting, Session } from "./session.ts";

const program = new Program();
let server: Server;
beforeAll(async () => {
  await program.init("smtp", "ftp");
  server = await program.up();
});
afterAll(() => program[Symbol.asyncDispose]());

const revision = async (): Promise<number> => (await server.status())?.revision ?? 0;
const ran = (line: string) => program.run(...line.split(" "));
const must = (line: string): Promise<string> => program.must(...line.split(" "));

/** What is refused says why and leaves no revision. */
async function refused(line: string, ...parts: readonly string[]): Promise<void> {
  const before = await revision();
  const { code, out, err } = await ran(line);
  expect({ line, code, out }).toEqual({ line, code: exitCodes.refused, out: "" });
  for (const part of parts) expect(err).toContain(part);
  expect(await revision()).toBe(before);
}

test("set, show, get and unset: a value is own, inherited or default, and one can see which", async () => {
  const site = "smtp/sites/default/idleTimeout";
  expect(await must(`config get ${site}`)).toBe("10m\n");
  await must("config set smtp/idleTimeout 5m");
  expect(await must("config show smtp/sites/default")).toMatch(/idleTimeout +5m +inherited from smtp\n/);
  await must(`config set ${site} 2m --why because`);
  expect(await must("config show smtp/sites/default")).toMatch(/idleTimeout +2m +own\n/);
  await must(`config unset ${site} smtp/idleTimeout`);
  expect(await must("config show smtp/sites/default")).toMatch(/idleTimeout +10m +default\n/);
  expect(await must("config history --last 2")).toContain("because");
});

test("several settings are one revision, and all or none of them", async () => {
  const before = await revision();
  await must("config set smtp/idleTimeout 4m ftp/idleTimeout 3m ftp/sites/default/greeting hello");
  expect(await revision()).toBe(before + 1);
  await refused("config set smtp/idleTimeout 2m ftp/idleTimeout never", "ftp/idleTimeout", "never");
  expect(await must("config get smtp/idleTimeout")).toBe("4m\n");
});

test("what does not exist is refused with the nearest name that does", async () => {
  await refused("config set smtp/sites/default/idleTimout 1m", "idleTimout", "idleTimeout");
  await refused("config set smpt/idleTimeout 1m", "smpt", "smtp");
  await refused("config show smtp/site/default", "sites");
  await refused("config remove ftp/sites/defualt", "defualt", "default");
});

test("every problem is told at once, each with its place and what it needs", async () => {
  const document = { smtp: { idleTimeout: "soon", workers: 0, sites: { default: { bindings: ["x:y"], nothing: 1 } } } };
  const { code, err } = await program.runWith({ input: JSON.stringify(document) }, "config", "apply", "-");
  expect(code).toBe(exitCodes.refused);
  for (const path of ["idleTimeout", "workers", "sites/default/bindings"]) expect(err).toContain(`smtp/${path}`);
  expect(err).toContain('smtp/sites/default has no setting "nothing"');
});

test("two sites cannot have one binding, and the other one is named", async () => {
  const port = await server.port("smtp");
  await must(`config set smtp/sites/default/bindings 127.0.0.1:${port}`);
  await refused(`config set ftp/sites/default/bindings 127.0.0.1:${port}`, "smtp/sites/default", `127.0.0.1:${port}`);
  await refused(`config set ftp/sites/default/bindings *:${port}`, "smtp/sites/default");
  await refused(`config create smtp/sites/second bindings=127.0.0.1:${port}`, "smtp/sites/default");
});

test("a writer that says what it read is refused when that is no longer so", async () => {
  const n = await revision();
  await must("config set smtp/idleTimeout 6m");
  const { code, err } = await ran(`config set smtp/idleTimeout 7m --expect ${n}`);
  expect(code).toBe(exitCodes.conflict);
  expect(err).toContain(String(n));
  expect(err).toContain(String(n + 1));
  await must(`config set smtp/idleTimeout 7m --expect ${n + 1}`);
});

test("a dry run shows the difference and records nothing", async () => {
  const n = await revision();
  const shown = await must("config set smtp/idleTimeout 8m --dry-run");
  expect(shown).toContain("7m -> 8m");
  expect(shown).toContain(`revision ${n} stands`);
  expect(await revision()).toBe(n);
  expect(await must("config get smtp/idleTimeout")).toBe("7m\n");
});

test("history, revision, diff and revert: what changed, and the way back", async () => {
  const n = await revision();
  await must("config set smtp/idleTimeout 11m --why one");
  await must("config set smtp/idleTimeout 12m ftp/idleTimeout 12m --why two");
  expect(await must("config history --last 2")).toMatch(/two\n.*one\n/);
  expect(await must(`config revision ${n + 1}`)).toContain("7m -> 11m");
  expect(await must(`config diff ${n} ${n + 2}`)).toContain("7m -> 12m");
  expect(await must(`config revert ${n}`)).toContain("12m -> 7m");
  expect(await revision()).toBe(n + 3);
  expect(await must(`config diff ${n}`)).toContain("Nothing differs");
  expect(await must(`config show smtp --at ${n + 1}`)).toMatch(/idleTimeout +11m/);
});

test("the history names the account that made a change, whatever the environment says", async () => {
  const environment = { USER: "somebody", LOGNAME: "somebody" };
  await program.runWith({ environment }, "config", "set", "smtp/idleTimeout", "13m");
  const [last] = await program.json<readonly RevisionSummary[]>("config", "history", "--last", "1");
  expect(last?.who).toBe(Bun.spawnSync(["id", "-un"]).stdout.toString().trim());
});

test("what is asked of a revision that is not there is refused", async () => {
  for (const verb of ["config revert", "config revision", "config diff 1", "config show --at", "config export --at"])
    await refused(`${verb} 99999`, "99999", "config history");
  await refused("config confirm", "no revision waits");
});

test("a change reaches the service it names, and a session of its neighbour goes on", async () => {
  using neighbour = await Session.open(await server.port("smtp"));
  expect(await neighbour.line()).toStartWith("220 ");
  using own = await Session.open(await server.port("ftp"));
  expect(await own.line()).toStartWith("220 hello");

  await must("config set ftp/sites/default/greeting changed");
  expect(await greeting(await server.port("ftp"))).toStartWith("220 changed");
  const before = await server.port("ftp");
  await must("config set ftp/sites/default/bindings 127.0.0.1:0,[::1]:0");
  await server.until("the second address", (it) => pickSite(pick(it, "ftp")).addresses.length === 2);
  expect(await server.port("ftp")).toBe(before);

  expect(await neighbour.ask("NOOP")).toStartWith("250 ");
  expect(await own.ask("NOOP")).toStartWith("2");
});

test("a site that is created serves, and one that is removed does not any more", async () => {
  await must("config create ftp/sites/second bindings=127.0.0.1:0 greeting=second");
  const status = await server.until("the new site", (it) =>
    pick(it, "ftp").sites.some(({ name, state }) => name === "second" && state === "running"),
  );
  const port = portOf(pickSite(pick(status, "ftp"), "second"));
  expect(await greeting(port)).toStartWith("220 second");
  expect(await must("config show ftp/sites")).toBe("ftp/sites/default\nftp/sites/second\n");
  await refused("config create ftp/sites/second bindings=127.0.0.1:0", "ftp/sites/second");
  await must("config remove ftp/sites/second");
  await server.until("it is gone", (it) => pick(it, "ftp").sites.length === 1);
  expect(await greeting(port)).toBe("ECONNREFUSED");
});

test("a service is turned off and on by its setting", async () => {
  await must("config set ftp/enabled false");
  await server.until("ftp is off", (it) => pick(it, "ftp").state === "stopped");
  await must("config set ftp/enabled true");
  await server.until("ftp is on", (it) => pick(it, "ftp").state === "running");
});
