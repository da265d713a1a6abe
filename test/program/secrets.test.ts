import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { Program, type Ran } from "./program.ts";
import type { Server } from "./server.ts";

const [first, second, third, passphrase] = [
  "correct horse battery",
  "set-while-down-7391",
  "from a document 5512",
  "passphrase-for-export-88",
] as const;
const PATH = "smtp/sites/default/smartHostPassword";

const program = new Program();
let server: Server;
let recoveryKey = "";
/** Everything that any command has printed. */
let printed = "";

async function ran(input: string, ...words: readonly string[]): Promise<Ran> {
  const done = await program.runWith({ input }, ...words);
  printed += done.out + done.err;
  return done;
}

beforeAll(async () => {
  recoveryKey = await program.init("smtp");
  expect((await ran(`${first}\n`, "config", "set", PATH)).code).toBe(exitCodes.done);
  server = await program.up();
});
afterAll(() => program[Symbol.asyncDispose]());

test("a secret comes from standard input, from a document, or not at all", async () => {
  expect((await ran(`${second}\r\n`, "config", "set", PATH, "--why", "a new password")).code).toBe(exitCodes.done);
  const document = { smtp: { sites: { default: { smartHostPassword: third } } } };
  expect((await ran(JSON.stringify(document), "config", "apply", "-")).code).toBe(exitCodes.done);
  const empty = await ran("", "config", "set", PATH);
  expect(empty.code).toBe(exitCodes.usage);
  const create = await ran(first, "config", "create", "smtp/sites/second", "bindings=127.0.0.1:0", "smartHostPassword");
  expect(create.code).toBe(exitCodes.done);
  await program.must("config", "remove", "smtp/sites/second");
});

test("in the argument list it is refused, and not repeated", async () => {
  for (const words of [
    ["config", "set", PATH, "typed-openly"],
    ["config", "create", "smtp/sites/x", "smartHostPassword=typed-openly"],
  ]) {
    const { code, out, err } = await program.run(...words);
    expect(code).toBe(exitCodes.usage);
    expect(err).toContain("secret");
    expect(out + err).not.toContain("typed-openly");
  }
});

test("a secret of the wrong kind is refused without showing it", async () => {
  for (const wrong of [987654321, ["987654321"], { password: "987654321" }]) {
    const { code, out, err } = await ran(
      JSON.stringify({ smtp: { smartHostPassword: wrong } }),
      "config",
      "apply",
      "-",
    );
    expect(code).toBe(exitCodes.refused);
    expect(err).toContain("smtp/smartHostPassword");
    expect(out + err).not.toContain("987654321");
  }
});

test("no command shows a secret, in any form", async () => {
  const revision = (await server.status())?.revision ?? 0;
  const commands = [
    `config get ${PATH}`,
    `config show smtp/sites/default`,
    `config show smtp/sites/default --at ${revision}`,
    "config export",
    "config export --with-secrets",
    "config history",
    `config revision ${revision}`,
    `config diff 1 ${revision}`,
    "config revert --dry-run",
    "keys status",
    "status --all",
    "events --last 1000",
  ];
  await Promise.all(commands.flatMap((it) => [ran("", ...it.split(" ")), ran("", ...it.split(" "), "--json")]));
  const exported = await ran(passphrase, "keys", "export");
  expect(exported.code).toBe(exitCodes.done);
  expect(exported.out).toStartWith("-----BEGIN AGE ENCRYPTED FILE-----");
  expect(printed).toContain("(secret)");
});

test("no secret is anywhere in the home, in any output, or in what the system tells of a process", async () => {
  const workers = await server.workers();
  const told = [server.pid, ...workers].flatMap(
    (pid) => ["cmdline", "environ"].map((it) => readFileSync(`/proc/${pid}/${it}`, "latin1")), // system path
  );
  await program.must("down");
  const files = readdirSync(program.home, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  const written = files.map((it) => readFileSync(join(it.parentPath, it.name), "latin1"));
  expect(files.length).toBeGreaterThan(4);
  expect(told.join("")).toContain("main.ts");
  const everything = [...written, ...told, printed, server.out, server.err].join("\n");
  expect([first, second, third, passphrase, recoveryKey].filter((it) => everything.includes(it))).toEqual([]);
});
