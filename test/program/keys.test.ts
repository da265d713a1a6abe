import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { eventually } from "./eventually.ts";
import { findProgram, nobody } from "./machine.ts";
import { Program, type Ran } from "./program.ts";
import { pick, pickSite, type Server } from "./server.ts";
import { greeting } from "./session.ts";

const SECRET = "correct horse battery";
const PATH = "smtp/sites/default/smartHostPassword";
const age = findProgram("age");

const program = new Program();
let recoveryKey = "";
let keyFile = "";
let aside = "";
beforeAll(async () => {
  recoveryKey = await program.init("smtp", "nntp");
  keyFile = join(program.home, "keys", "machine.key");
  aside = join(program.folder, "machine.key.aside");
  await program.runWith({ input: SECRET }, "config", "set", PATH);
});
afterAll(() => program[Symbol.asyncDispose]());

interface SmtpDocument {
  readonly smtp: {
    readonly sites: {
      readonly default: { readonly smartHostPassword: { readonly $sealed: { readonly age: string } } };
    };
  };
}

const flat = (text: string): string => text.replaceAll(/\s+/g, " ");
const recover = (key: string): Promise<Ran> => program.runWith({ input: `${key}\n` }, "keys", "recover");

/** The server, and what status and keys status say of it. */
async function unwell(): Promise<{ readonly status: string; readonly keys: string }> {
  const [status, keys] = await Promise.all([program.run("status"), program.run("keys", "status")]);
  expect([status.code, keys.code]).toEqual([exitCodes.partBroken, exitCodes.partBroken]);
  return { status: flat(status.out), keys: flat(keys.out) };
}
async function well(): Promise<void> {
  await eventually("all is well", async () => (await program.run("status")).code === exitCodes.done);
  expect(await program.must("keys", "status")).toStartWith("The keys are right");
}

describe("a machine key that is away", () => {
  let server: Server;
  beforeAll(async () => {
    renameSync(keyFile, aside);
    server = await program.up();
  });
  afterAll(() => program.run("down"));

  test("stops nothing: everything serves, the first error names the key, and status names the secret", async () => {
    expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
    expect(await greeting(await server.port("nntp"))).toMatch(/^20[01] /);
    const [first = ""] = server.err.split("\n").filter((it) => /^\S+ error /.test(it));
    expect(first).toContain(keyFile);
    expect(first).toContain("missing");
    const { status, keys } = await unwell();
    for (const text of [status, keys]) {
      expect(text).toContain(PATH);
      expect(text).toContain(keyFile);
      expect(text).toContain("inetsrv keys recover");
    }
    expect(pickSite(await server.service("smtp")).state).toBe("degraded");
    expect((await server.service("nntp")).state).toBe("running");
  });

  test("lets secrets be set all the same, as sealing needs no secret key", async () => {
    const set = await program.runWith({ input: "another" }, "config", "set", "smtp/smartHostPassword");
    expect(set.code).toBe(exitCodes.done);
    await program.must("config", "unset", "smtp/smartHostPassword");
  });

  test("is not replaced with a wrong recovery key", async () => {
    const other = "AGE-SECRET-KEY-1GDG0Q7PRRJQSEDAJENG97VTAZNEWYQ3CDDVFAGC5HQ9J2X4RHC8QTE8MJ2";
    for (const key of [other, "not a key at all", recoveryKey.slice(0, -1)]) {
      const { code, out, err } = await recover(key);
      expect(code).not.toBe(exitCodes.done);
      expect(err).toContain("recovery key");
      expect(out + err).not.toContain(key);
    }
    expect(readdirSync(join(program.home, "keys"))).not.toContain("machine.key");
  });

  test("is made anew with the recovery key, and the running server is well again without a restart", async () => {
    const workers = await server.workers();
    const { code, out } = await recover(recoveryKey);
    expect(code).toBe(exitCodes.done);
    expect(out).toContain("1 of 1 secret");
    await server.until("smtp is well", (it) => pick(it, "smtp").state === "running");
    await well();
    expect(await server.workers()).toEqual(workers);
  });
});

describe("while the server runs", () => {
  let server: Server;
  beforeAll(async () => {
    server = await program.up();
  });
  afterAll(() => program.run("down"));

  test("a rotation makes a new machine key, seals everything to it, and disturbs nobody", async () => {
    const before = readFileSync(keyFile, "utf8");
    const { code, out } = await program.run("keys", "rotate");
    expect(code).toBe(exitCodes.done);
    expect(out).toContain("1 of 1 secret");
    expect(readFileSync(keyFile, "utf8")).not.toBe(before);
    expect((await server.service("smtp")).state).toBe("running");
    await well();
  });

  test("a new recovery key is shown once, and brings the secrets back from then on", async () => {
    const { out } = await program.run("keys", "rotate", "--recovery");
    [recoveryKey = ""] = /AGE-SECRET-KEY-\w+/.exec(out) ?? [];
    renameSync(keyFile, aside);
    expect((await recover(recoveryKey)).code).toBe(exitCodes.done);
    await well();
  });

  test.skipIf(age === undefined)("the ordinary age program opens a sealed secret with the recovery key", async () => {
    const identity = join(program.folder, "recovery.txt");
    writeFileSync(identity, `${recoveryKey}\n`, { mode: 0o600 });
    const whole = await program.json<SmtpDocument>("config", "export", "smtp", "--with-secrets");
    const { age: sealed } = whole.smtp.sites.default.smartHostPassword.$sealed;
    const opened = Bun.spawnSync([age ?? "", "-d", "-i", identity], { stdin: Buffer.from(sealed) });
    expect(opened.stderr.toString()).toBe("");
    expect(opened.stdout.toString()).toBe(SECRET);
  });

  test("a key that others may read is used, and it is said how to close it", async () => {
    chmodSync(keyFile, 0o644);
    const { out } = await program.run("keys", "status");
    expect(flat(out)).toContain(`chmod 600 "${keyFile}"`);
    await program.run("restart", "smtp");
    expect((await server.service("smtp")).state).toBe("running");
    chmodSync(keyFile, 0o600);
    await well();
  });
});

const others: readonly (readonly [string, RegExp, (file: string) => void | Promise<void>])[] = [
  [
    "the key of another machine",
    /machine-\w+, but machine-\w+ is expected/,
    async (file) => {
      await using other = new Program();
      await other.init();
      writeFileSync(file, readFileSync(join(other.home, "keys", "machine.key")));
    },
  ],
  ["something that is no key", /does not hold a key/, (file) => writeFileSync(file, "hello\n")],
  ["an empty file", /does not hold a key/, (file) => writeFileSync(file, "")],
];
for (const [what, said, put] of others)
  test(`${what} in the place of the machine key is called just that, and nothing is overwritten`, async () => {
    const right = readFileSync(keyFile, "utf8");
    await put(keyFile);
    const found = readFileSync(keyFile, "utf8");
    const server = await program.up();
    const { status, keys } = await unwell();
    expect(status).toMatch(said);
    expect(keys).toMatch(said);
    expect(server.err).toMatch(said);
    await program.must("down");
    expect(readFileSync(keyFile, "utf8")).toBe(found);
    writeFileSync(keyFile, right);
    expect((await program.run("keys", "status")).code).toBe(exitCodes.done);
  });

test.skipIf(nobody === undefined)("a key that the server may not read is named with its right owner", async () => {
  await using own = new Program({ user: nobody });
  await own.init("smtp");
  await own.runWith({ input: SECRET }, "config", "set", PATH);
  Bun.spawnSync(["chown", "0:0", join(own.home, "keys", "machine.key")]);
  const server = await own.up();
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
  const { code, out } = await own.run("keys", "status");
  expect(code).toBe(exitCodes.partBroken);
  expect(flat(out)).toContain(`chown ${nobody} "${join(own.home, "keys", "machine.key")}"`);
});

test("a recovery key that was replaced is worth nothing any more", async () => {
  await using own = new Program();
  const former = await own.init("smtp");
  await own.runWith({ input: SECRET }, "config", "set", PATH);
  await own.must("keys", "rotate", "--recovery");
  renameSync(join(own.home, "keys", "machine.key"), join(own.folder, "aside"));
  const { code, err } = await own.runWith({ input: former }, "keys", "recover");
  expect(code).toBe(exitCodes.failed);
  expect(err).toMatch(/recovery-\w+ is expected/);
});
