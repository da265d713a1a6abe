import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, cpSync, existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { findProgram, nobody } from "./machine.ts";
import { Program } from "./program.ts";
import type { Server } from "./server.ts";
import { greeting } from "./session.ts";

const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

/** A home whose server was killed in the middle of its life, with all its acknowledged revisions; copied for each test. */
const origin = new Program();
let lastRevision = 0;
beforeAll(async () => {
  await origin.init("ftp");
  const server = await origin.up();
  for (const value of ["one", "two", "three"])
    await origin.must("config", "set", "ftp/sites/default/greeting", value, "--why", value);
  lastRevision = (await server.status())?.revision ?? 0;
  await server.kill();
});
afterAll(() => origin[Symbol.asyncDispose]());

class Damaged extends Program {
  readonly metabase: string;
  readonly sqlite: string;
  constructor(user?: number) {
    super({ user });
    cpSync(origin.home, this.home, { recursive: true, filter: (it) => it !== join(origin.home, "run") });
    if (user !== undefined) Bun.spawnSync(["chown", "-R", `${user}:${user}`, this.folder]);
    this.metabase = join(this.home, "metabase");
    this.sqlite = join(this.metabase, "metabase.sqlite");
  }

  removeSqlite(): void {
    for (const it of readdirSync(this.metabase)) if (it.startsWith("metabase.sqlite")) rmSync(join(this.metabase, it));
  }
  get aside(): readonly string[] {
    return readdirSync(this.metabase).filter((it) => it.startsWith("damaged-"));
  }
}

/** All that was acknowledged serves, and stands in the history. */
async function nothingLost(program: Program, server: Server): Promise<void> {
  expect(await greeting(await server.port("ftp"))).toContain("three");
  const history = await program.must("config", "history");
  for (const why of ["one", "two", "three"]) expect(history).toContain(why);
}

const damages: Readonly<Record<string, (home: Damaged) => void>> = {
  "cut short": ({ sqlite }) => truncateSync(sqlite, Math.floor(statSync(sqlite).size / 3)),
  "made of garbage": (home) => {
    home.removeSqlite();
    writeFileSync(home.sqlite, Buffer.alloc(20_000, "garbage "));
  },
  empty: (home) => {
    home.removeSqlite();
    writeFileSync(home.sqlite, "");
  },
  gone: (home) => {
    home.removeSqlite();
    writeFileSync(`${home.sqlite}-wal`, "what was left");
  },
};
for (const [what, damage] of Object.entries(damages))
  test(`a database that is ${what} is set aside, and its copy serves everything that was acknowledged`, async () => {
    await using home = new Damaged();
    damage(home);
    const server = await home.up();
    expect(server.err).toContain(home.metabase);
    expect(server.err).toContain(`serves revision ${lastRevision}`);
    await nothingLost(home, server);
    expect((await home.run("status")).code).toBe(exitCodes.done);
    await home.must("config", "set", "ftp/sites/default/greeting", "four");
    await home.must("down");
    expect(await home.must("config", "get", "ftp/sites/default/greeting")).toBe("four\n");
    expect(home.aside.length).toBe(1);
  });

test("where nothing is left there is nothing to set aside", async () => {
  await using home = new Damaged();
  home.removeSqlite();
  await home.must("config", "show");
  expect(home.aside).toEqual([]);
});

test("a copy that is gone or damaged is written anew, and nothing is lost", async () => {
  for (const damage of ["gone", "damaged"]) {
    await using home = new Damaged();
    const copy = join(home.metabase, "copy");
    if (damage === "gone") rmSync(copy, { recursive: true });
    else for (const it of readdirSync(copy)) writeFileSync(join(copy, it), "garbage");
    const server = await home.up();
    await nothingLost(home, server);
    expect(readdirSync(copy).length).toBeGreaterThan(0);
    expect(home.aside.length).toBe(damage === "gone" ? 0 : 1);
  }
});

test("with both damaged nothing starts: the first line names the metabase, the last one what to do, and all stays", async () => {
  await using home = new Damaged();
  home.removeSqlite();
  writeFileSync(home.sqlite, "garbage");
  for (const it of readdirSync(join(home.metabase, "copy"))) writeFileSync(join(home.metabase, "copy", it), "garbage");
  const before = readdirSync(home.metabase, { recursive: true }).sort();
  for (const words of ["up", "config show", "keys status"]) {
    const { code, out, err } = await home.run(...words.split(" "));
    expect({ words, code, out }).toEqual({ words, code: exitCodes.failed, out: "" });
    expect(err.split("\n")[0]).toContain(home.metabase);
    expect(flat(err)).toContain("-> ");
  }
  const { code, out } = await home.run("status");
  expect(code).toBe(exitCodes.notRunning);
  expect(flat(out)).toContain(home.metabase);
  expect(readdirSync(home.metabase, { recursive: true }).sort()).toEqual(before);
  const again = await home.run("init");
  expect(again.code).toBe(exitCodes.failed);
});

test.skipIf(nobody === undefined)(
  "a metabase that cannot be written serves what it holds, and refuses changes with the reason",
  async () => {
    await using home = new Damaged(nobody);
    Bun.spawnSync(["chown", "-R", "0:0", home.metabase]);
    Bun.spawnSync(["chmod", "-R", "a+rX,go-w", home.metabase]);
    const server = await home.up();
    expect(await greeting(await server.port("ftp"))).toContain("three");
    expect(server.err).toContain(home.metabase);
    const { code, out } = await home.run("status");
    expect(code).toBe(exitCodes.partBroken);
    expect(flat(out)).toContain("Cannot change anything");
    const set = await home.run("config", "set", "ftp/sites/default/greeting", "four");
    expect(set.code).toBe(exitCodes.failed);
    expect(flat(set.err)).toContain(home.metabase);
    expect(await greeting(await server.port("ftp"))).toContain("three");
  },
);

/** A disk of its own, small enough to be filled. */
function mountDisk(folder: string): boolean {
  return Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=2m,mode=0755", "tmpfs", folder]).exitCode === 0;
}
const mayMount = nobody !== undefined && findProgram("mount") !== undefined;

describe.skipIf(!mayMount)("a disk that is full", () => {
  test("changes are refused as such, what serves goes on, and with room again all is well", async () => {
    await using home = new Damaged();
    chmodSync(home.home, 0o755);
    const filling = join(home.metabase, "filling");
    const kept = join(home.folder, "kept");
    cpSync(home.metabase, kept, { recursive: true });
    if (!mountDisk(home.metabase)) return; // a machine that lets nobody mount
    try {
      cpSync(kept, home.metabase, { recursive: true });
      const server = await home.up();
      Bun.spawnSync(["dd", "if=/dev/zero", `of=${filling}`, "bs=4k"], { stderr: "ignore" }); // system path
      expect(existsSync(filling)).toBe(true);

      const refused = await untilRefused(home);
      expect(refused).toContain("full");
      expect(await greeting(await server.port("ftp"))).toStartWith("220 ");
      const serving = await greeting(await server.port("ftp"));

      rmSync(filling);
      await home.must("config", "set", "ftp/sites/default/greeting", "room again");
      expect(await greeting(await server.port("ftp"))).toContain("room again");
      expect(serving).not.toContain("room again");
      await home.must("down");
    } finally {
      Bun.spawnSync(["umount", "-l", home.metabase]);
    }
  });
});

/** Files may have room of their own left: changes are made until one is refused; what it says. */
async function untilRefused(home: Program): Promise<string> {
  for (let n = 0; n < 50; n++) {
    const { code, err } = await home.run("config", "set", "ftp/sites/default/greeting", `full ${n} ${"x".repeat(400)}`);
    if (code === exitCodes.done) continue;
    expect(code).toBe(exitCodes.failed);
    return flat(err);
  }
  throw new Error("no change was refused");
}
