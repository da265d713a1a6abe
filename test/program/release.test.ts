import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { root } from "../../tools/source.ts";
import { eventually } from "./eventually.ts";
import { alive } from "./processes.ts";
import { Program, type Ran } from "./program.ts";
import type { Server } from "./server.ts";
import { greeting, Session } from "./session.ts";

/** A clone whose files a test may change. */
const clone = mkdtempSync(join(tmpdir(), "inetsrv clone "));
const changed = join(clone, "src", "smtp", "service.ts");
const program = new Program({ command: [process.execPath, join(clone, "src", "main.ts")] });
let server: Server;

beforeAll(async () => {
  for (const it of ["src", "knowledge", "tools", "package.json"])
    cpSync(join(root, it), join(clone, it), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  await program.init("smtp");
  server = await program.up();
});
afterAll(async () => {
  await program[Symbol.asyncDispose]();
  rmSync(clone, { recursive: true });
});

/** As one line, wherever a terminal would wrap it. */
const told = ({ out, err }: Ran): string => (out + err).replaceAll(/\s+/g, " ");
const differs = /src\/smtp\/service\.ts: the server started with [0-9a-f]{12}, found [0-9a-f]{12}/;

test("with one byte of one file changed a new worker refuses to join, and the old one serves on", async () => {
  const [old = 0] = await server.workers();
  const text = readFileSync(changed, "utf8");
  using session = await Session.open(await server.port("smtp"));
  expect(await session.line()).toStartWith("220 ");
  writeFileSync(changed, `${text.slice(0, -1)} `);

  const refused = await program.run("restart", "smtp");
  expect(refused.code).toBe(exitCodes.failed);
  expect(told(refused)).toMatch(differs);
  expect(await server.workers()).toEqual([old]);
  expect(await session.ask("NOOP")).toStartWith("250");
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");

  const status = await program.run("status");
  expect(status.code).toBe(exitCodes.partBroken);
  for (const part of [changed, "the server started with", "found", "inetsrv down, inetsrv up"])
    expect(told(status)).toContain(part);
  const event = told(await program.run("events", "--number", "1025"));
  expect(event).toMatch(differs);
  expect(event).toContain("inetsrv down, inetsrv up");

  writeFileSync(changed, text);
  await program.must("restart", "smtp");
  expect(await session.line()).toStartWith("421 ");
  session.end();
  await eventually("the old worker is gone", () => !alive(old));
});

test("the refusal of a restart names the remedy on the command line too", async () => {
  const text = readFileSync(changed, "utf8");
  writeFileSync(changed, `${text} `);
  const refused = await program.run("restart", "smtp");
  writeFileSync(changed, text);
  expect(told(refused)).toContain("inetsrv down");
});

test("after a restart that went well nothing is wrong any more", async () => {
  await program.must("restart", "smtp");
  expect((await program.run("status")).code).toBe(exitCodes.done);
});

test("with a file changed a worker that is lost cannot come back; it does when the file is put back", async () => {
  const [lost = 0] = await server.workers();
  const text = readFileSync(changed, "utf8");
  writeFileSync(changed, `${text} `);
  process.kill(lost, "SIGKILL");
  const refused = await server.until("it refuses", (it) =>
    it.services.some(({ faults }) => faults.some(({ subject }) => subject.kind === "file")),
  );
  expect(refused.services.find((it) => it.name === "smtp")?.faults[0]?.remedy).toContain("inetsrv down");
  writeFileSync(changed, text);
  await program.must("start", "smtp");
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
});
