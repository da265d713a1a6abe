import { expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { nobody } from "./machine.ts";
import { Program, type Ran } from "./program.ts";
import { greeting } from "./session.ts";

interface Down {
  readonly home: string;
  readonly homeFrom: string;
}

test("a home may have any name: spaces, quotes, other alphabets, a dollar sign", async () => {
  await using program = new Program({ name: `Мой дом's "$HOME" %s 100% 家 🏠` });
  await program.init("smtp");
  const server = await program.up();
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
  expect((await program.run("status")).out).toContain(program.home);
  await program.must("restart", "smtp");
  await program.must("down");
});

test("a home may lie deeper than the name of a socket may be long", async () => {
  await using program = new Program({ name: join(...Array.from({ length: 8 }, () => "a folder of thirty letters …")) });
  expect(Buffer.byteLength(program.home)).toBeGreaterThan(200);
  await program.init("smtp");
  await program.up();
  await program.must("config", "set", "smtp/idleTimeout", "7m");
  expect(await program.must("config", "get", "smtp/idleTimeout")).toBe("7m\n");
  await program.must("down");
});

test("a home that was moved while the server was down serves as before, with its secrets", async () => {
  await using program = new Program({ name: "before" });
  await program.init("smtp");
  const secret = { input: "correct horse" };
  expect((await program.runWith(secret, "config", "set", "smtp/sites/default/smartHostPassword")).code).toBe(0);
  const before = await program.up();
  await program.must("down");
  await before.ended();

  const after = join(program.folder, "somewhere else", "after");
  mkdirSync(dirname(after));
  renameSync(program.home, after);
  program.home = after;
  const server = await program.up();
  expect(server.err).not.toContain("before");
  expect(await program.run("status")).toMatchObject({ code: exitCodes.done });
  expect(await program.run("keys", "status")).toMatchObject({ code: exitCodes.done });
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
});

test("where no home is, the first line says where it was looked for, and the last one what to type", async () => {
  await using program = new Program({ name: "nowhere" });
  const told = [];
  for (const words of ["up", "status", "config show", "keys status", "down"]) {
    const { code, err } = await program.run(...words.split(" "));
    expect(code).toBe(exitCodes.failed);
    told.push(err);
  }
  expect(new Set(told).size).toBe(1);
  const [text = ""] = told;
  expect(text.split("\n")[0]).toContain(program.home);
  expect(text).toContain("--home");
  expect(text).toContain("inetsrv init");
  expect(existsSync(program.home)).toBe(false);
});

test("run/ and cache/ may be lost, and logs/ too: they are made again, closed to others", async () => {
  await using program = new Program();
  await program.init("smtp");
  for (const name of ["run", "cache", "logs"]) rmSync(join(program.home, name), { recursive: true });
  expect((await program.run("status")).code).toBe(exitCodes.notRunning);
  await program.up();
  expect((await program.run("status")).code).toBe(exitCodes.done);
  const mode = (name: string) => (statSync(join(program.home, name)).mode & 0o777).toString(8);
  expect([mode("run"), mode("keys"), mode("metabase"), mode("logs")]).toEqual(["700", "700", "700", "751"]);
});

test("the home comes from --home, then INETSRV_HOME, then ./home, and may be named relative to where one is", async () => {
  await using program = new Program({ name: "home" });
  await program.init();
  const named = (home: string, environment: Readonly<Record<string, string>>): Promise<Ran> =>
    program.runWith({ home, environment }, "status", "--json");
  const found = await Promise.all([
    named("./nothing/../home", { INETSRV_HOME: "elsewhere" }),
    named("", { INETSRV_HOME: "home" }),
    named("", {}),
  ]);
  expect(found.map((it) => it.code)).toEqual([3, 3, 3]);
  const down = found.map(({ out }) => JSON.parse(out) as Down);
  expect(down.map((it) => it.homeFrom)).toEqual(["--home", "INETSRV_HOME", "./home"]);
  expect(down.map((it) => it.home)).toEqual([program.home, program.home, program.home]);
  expect((await named("", { INETSRV_HOME: "elsewhere" })).err).toContain("INETSRV_HOME");
});

test("a home that is named relatively serves, and is found by its full name", async () => {
  await using program = new Program({ name: "home" });
  await program.init("smtp");
  const full = program.home;
  program.home = "./home/.";
  program.start();
  program.home = full;
  await program.must("config", "get", "smtp/enabled");
  await program.must("down");
});

test("two homes side by side know nothing of each other", async () => {
  await using one = new Program({ name: "one" });
  await using other = new Program({ name: "other" });
  await Promise.all([one.init("smtp"), other.init("nntp")]);
  const [first, second] = await Promise.all([one.up(), other.up()]);
  expect(await greeting(await first.port("smtp"))).toStartWith("220 ");
  expect(await greeting(await second.port("nntp"))).toMatch(/^20[01] /);
  await one.must("config", "set", "smtp/idleTimeout", "9m");
  expect(await other.must("config", "get", "smtp/idleTimeout")).toBe("10m\n");
  await one.must("down");
  expect((await other.run("status")).code).toBe(exitCodes.done);
});

test.skipIf(nobody === undefined)("a home of somebody else is refused with its name and what mends it", async () => {
  await using owner = new Program();
  await owner.init("smtp");
  chmodSync(owner.folder, 0o755);
  await using stranger = new Program({ user: nobody });
  for (const words of ["up", "status", "config set smtp/idleTimeout 1m", "events"]) {
    const { code, err } = await stranger.runWith({ home: owner.home }, ...words.split(" "));
    expect(code).toBe(exitCodes.failed);
    expect(err.split("\n")[0]).toContain(owner.home);
    expect(err).toMatch(/\bown(er|s)\b/);
  }
  expect((await owner.run("status")).code).toBe(exitCodes.notRunning);
});

test.skipIf(nobody === undefined)("root starts no server on a home of somebody else, and says how else", async () => {
  await using owner = new Program({ user: nobody });
  await owner.init("smtp");
  await using root = new Program();
  const { code, err } = await root.runWith({ home: owner.home }, "up");
  expect(code).toBe(exitCodes.failed);
  expect(err.split("\n")[0]).toContain(owner.home);
  expect(err).toContain(`inetsrv --home '${owner.home}' up`);
  expect((await owner.run("status")).code).toBe(exitCodes.notRunning);
});

test.skipIf(nobody === undefined)("a home that may not be looked into is not called missing", async () => {
  await using owner = new Program();
  await owner.init("smtp");
  await using stranger = new Program({ user: nobody });
  const { code, err } = await stranger.runWith({ home: owner.home }, "status");
  expect(code).toBe(exitCodes.failed);
  expect(err).not.toContain("there is none");
  expect(err).not.toContain("inetsrv init");
});

test.skipIf(nobody === undefined)(
  "root is not led out of a home of somebody else by links in the place of its lock",
  async () => {
    await using program = new Program();
    await program.init("smtp");
    chmodSync(program.folder, 0o755);
    const theirs = Number(nobody);
    for (const name of ["", ...(readdirSync(program.home, { recursive: true }) as string[])])
      chownSync(join(program.home, name), theirs, theirs);
    const [file, folder] = [join(program.folder, "file"), join(program.folder, "folder")];
    writeFileSync(file, "of root");
    mkdirSync(folder);
    const commands = ["doctor --offline memory", "doctor undo", "config get smtp/idleTimeout", "formats"];
    const bait: readonly (readonly [string, string])[] = [
      ["run/supervisor.lock", file],
      ["run", folder],
    ];
    for (const [name, target] of bait) {
      rmSync(join(program.home, name), { recursive: true, force: true });
      symlinkSync(target, join(program.home, name));
      for (const words of commands) await program.run(...words.split(" "));
    }
    expect([readFileSync(file, "utf8"), lstatSync(file).uid, readdirSync(folder)]).toEqual(["of root", 0, []]);
  },
  60_000,
);
