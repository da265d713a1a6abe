import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { root as workingFolder } from "../../tools/source.ts";
import { eventually } from "./eventually.ts";
import { nobody } from "./machine.ts";
import { Program, type Ran } from "./program.ts";
import { RealReleases } from "./real-release.ts";
import { greeting } from "./session.ts";

const SMTP = "src/smtp/service.ts";
const made = new RealReleases();
let root = join(made.folder, "röot with spaces");
const starter = (of = root): readonly string[] => [join(of, "current", "inetsrv")];
const release = (version: string, ...path: readonly string[]) => join(root, "releases", version, ...path);
/** As one line, wherever a terminal would wrap it. */
const told = ({ out, err }: Ran): string => (out + err).replaceAll(/\s+/g, " ");
const programs: Program[] = [];
let packages: readonly string[];

/** A program of the current release, with a home of its own where only SMTP serves. */
async function programOf(of = root, user?: number): Promise<Program> {
  const program = new Program({ command: starter(of), user });
  programs.push(program);
  await program.init("smtp");
  return program;
}

beforeAll(async () => {
  const first = made.clone("0.2.0");
  const second = made.clone("0.3.0", { [SMTP]: (it) => `${it}\n// another one\n` });
  packages = await Promise.all([first, second].map((it) => made.buildLight(it)));
  for (const [index, file] of packages.entries()) {
    const clone = [process.execPath, join(index === 0 ? first : second, "src", "main.ts")];
    made.run(clone, "release", "install", file, "--to", root);
  }
});
afterAll(async () => {
  for (const it of programs) await it[Symbol.asyncDispose]();
  made[Symbol.dispose]();
});

test("a release runs where it was put, all its processes of its own runtime, with a home elsewhere", async () => {
  const whole = join(made.folder, "with its runtime");
  const clone = made.clone("0.1.9");
  made.run([process.execPath, join(clone, "src", "main.ts")], "release", "install", made.build(clone), "--to", whole);
  const program = await programOf(whole);
  expect(await program.must("version")).toBe("inetsrv 0.1.9\n");
  const server = await program.up();
  const runs = [server.pid, ...(await server.workers())].map((it) => readlinkSync(`/proc/${it}/exe`));
  const runtime = join(whole, "releases", "0.1.9", "runtime", "bun");
  expect(runs).toEqual([runtime, runtime]);
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
  const listed = await program.json<{ releases: { version: string; uses: string[] }[] }>("release", "list");
  expect(listed.releases.map((it) => [it.version, it.uses])).toEqual([["0.1.9", ["current", "running", "asked"]]]);
  await program.must("down");
}, 60_000); // it copies and proves 100 MB

test("the root may be moved, two roots live on one machine, and links may lead to both root and home", async () => {
  const before = root;
  const program = await programOf();
  root = join(made.folder, "moved");
  renameSync(before, root);
  const other = join(made.folder, "other root");
  made.run(starter(), "release", "install", packages[1] ?? "", "--to", other, "--trust", `${made.key}.pub`);
  const link = join(made.folder, "link to root");
  symlinkSync(root, link);
  const one = new Program({ command: starter(link) });
  programs.push(one);
  symlinkSync(program.home, join(one.folder, "linked home"));
  one.home = join(one.folder, "linked home");
  const two = await programOf(other);
  const servers = [await one.up(), await two.up()];
  for (const it of servers) expect(await greeting(await it.port("smtp"))).toStartWith("220 ");
  // Its workers are started from the real folder, wherever the links lead later.
  expect(readFileSync(`/proc/${(await servers[0]?.workers())?.[0]}/cmdline`, "utf8")).toContain(
    release("0.2.0", "src"),
  );
  expect(await one.must("version")).toBe("inetsrv 0.2.0\n");
  expect(await two.must("version")).toBe("inetsrv 0.3.0\n");
  await one.must("down");
  await two.must("down");
});

test.skipIf(nobody === undefined)("a user who may write nothing of the root runs it on a home of his own", async () => {
  Bun.spawnSync(["chmod", "755", made.folder]);
  const program = await programOf(root, nobody);
  const server = await program.up();
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
  await program.must("down");
});

test("an installation that is killed leaves nothing that counts, and the next one cleans up", async () => {
  const place = join(made.folder, "killed");
  const trust = ["--to", place, "--trust", `${made.key}.pub`];
  const child = Bun.spawn([...starter(), "release", "install", packages[1] ?? "", ...trust], { stderr: "ignore" });
  const begun = () => existsSync(join(place, "releases")) && readdirSync(join(place, "releases"))[0];
  const part = await eventually("it has begun", begun);
  child.kill("SIGKILL");
  await child.exited;
  expect(part).toBe(`0.3.0.part-${child.pid}`);
  expect(made.run(starter(), "release", "list", "--root", place).out).toContain("No release is installed");
  const next = made.run(starter(), "release", "install", packages[1] ?? "", ...trust, "--json");
  expect(JSON.parse(next.out)).toMatchObject({ version: "0.3.0", swept: [part] });
});

test("with a file of another release it does not start, and names file, both versions and what mends it", async () => {
  const program = await programOf();
  cpSync(release("0.3.0", SMTP), release("0.2.0", SMTP));
  const refused = await program.run("up");
  expect(refused.code).toBe(exitCodes.failed);
  expect(told(refused)).toContain(release("0.2.0", SMTP));
  expect(told(refused)).toMatch(/version 0\.2\.0 \([0-9a-f]{12}\) is expected, version 0\.3\.0 \([0-9a-f]{12}\) found/);
  const change = await program.run("config", "set", "smtp/sites/default/fullyQualifiedName", "x.example");
  expect(told(change)).toContain("version 0.3.0");
  const formats = await program.run("formats", "--write", "metabase=1");
  expect([formats.code, told(formats).includes("version 0.3.0")]).toEqual([exitCodes.failed, true]);
  expect(told(await program.run("events", "--number", "1200"))).toContain("keeps the program from starting");

  // What it says, done as it says.
  const [, remedy = ""] =
    /Bring it back: (.*)$/m.exec(JSON.parse((await program.run("up", "--json")).err).error.remedy) ?? [];
  expect(remedy).toContain(release("0.3.0", "inetsrv"));
  const mended = made.try(["sh", "-c", remedy]);
  expect(told(mended)).toContain("still not whole");
  expect(made.run(["sh", "-c", `${remedy} --from '${packages[0]}'`]).out).toContain("0.2.0 is whole again");
  const server = await program.up();
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
  await program.must("down");
});

test.skipIf(nobody === undefined)(
  "root who starts a mixture on a home of another user leaves no file there",
  async () => {
    const theirs = await programOf(root, nobody);
    const asRoot = new Program({ command: starter() });
    programs.push(asRoot);
    asRoot.home = theirs.home;
    const log = join(theirs.home, "logs", "events.jsonl");
    rmSync(log);
    const text = readFileSync(release("0.2.0", SMTP));
    writeFileSync(release("0.2.0", SMTP), `${text} `);
    const refused = await asRoot.run("up");
    writeFileSync(release("0.2.0", SMTP), text);
    expect(told(refused)).toContain("release repair 0.2.0");
    expect(statSync(log).uid).toBe(nobody ?? 0);
  },
);

test("what lies in the folder where it is typed, or above the root, does not change the program", () => {
  const folder = join(made.folder, "hostile");
  mkdirSync(folder);
  const tsconfig = JSON.stringify({ compilerOptions: { paths: { "*": [join(folder, "other.ts")] } } });
  writeFileSync(join(folder, "other.ts"), 'console.log("another program");');
  writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./other.ts"]');
  for (const it of [folder, made.folder]) writeFileSync(join(it, "tsconfig.json"), tsconfig);
  const clone = ["node", join(workingFolder, "tools", "launch.mjs")];
  const ran = [starter(), clone].map((it) => Bun.spawnSync([...it, "version"], { cwd: folder }));
  rmSync(join(made.folder, "tsconfig.json"));
  for (const { stdout } of ran) expect(stdout.toString()).toStartWith("inetsrv 0.");
});

test("when the program cannot even be put together, the file is named all the same", async () => {
  const program = await programOf();
  const file = release("0.2.0", "src", "supervisor", "up.ts");
  const text = readFileSync(file);
  writeFileSync(file, "export const other = 1;\n");
  const refused = await program.run("status");
  writeFileSync(file, text);
  expect(refused.code).toBe(exitCodes.failed);
  expect(refused.err).toContain("Cannot start from src/supervisor/up.ts of the release 0.2.0");
  expect(refused.err).toContain("release repair 0.2.0");
});

test("under a server that runs, a worker of a mixture refuses to join, and is welcome once it is repaired", async () => {
  const program = await programOf();
  const server = await program.up();
  const workers = await server.workers();
  const file = release("0.2.0", SMTP);
  const text = readFileSync(file);
  writeFileSync(file, `${text} `);
  expect(told(await program.run("restart", "smtp"))).toContain("release repair 0.2.0");
  expect(await server.workers()).toEqual(workers);
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
  expect((await program.run("release", "status")).code).toBe(exitCodes.partBroken);
  await program.must("release", "repair", "--from", packages[0] ?? "");
  await program.must("restart", "smtp");
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
  await program.must("down");
});

test("a hotfix makes a release that runs beside its base and calls itself by both", async () => {
  const program = await programOf();
  const from = join(made.folder, "clone 0.3.0");
  const hotfix = ["release", "hotfix", "build", "--base", "0.2.0", "--id", "fix1", "--from", from, "--files", SMTP];
  const built = await program.json<{ package: string }>(...hotfix, "--key", made.key);
  await program.must("release", "install", built.package);
  const fixed = [release("0.2.0+fix1", "inetsrv")];
  expect(made.run(fixed, "version").out).toBe("inetsrv 0.2.0+fix1\n");
  expect(made.run(fixed, "release", "status").out).toContain("0.2.0+fix1 is whole.");
  expect(readFileSync(release("0.2.0+fix1", SMTP), "utf8")).toContain("another one");
  const again = await program.run("release", "install", built.package);
  expect(again.code).toBe(exitCodes.refused);
  expect(told(again)).toContain("it is installed already");
});

test("what nobody uses is removed only when it is confirmed", async () => {
  const program = await programOf();
  const shown = await program.run("release", "prune");
  expect(shown.code).toBe(exitCodes.usage);
  expect(told(shown)).toContain("It would remove 0.3.0, 0.2.0+fix1");
  expect(await program.must("release", "prune", "--yes")).toBe("Removed 0.3.0\nRemoved 0.2.0+fix1\n");
  expect(await program.must("release", "verify")).toContain("0.2.0 is whole.");
});
