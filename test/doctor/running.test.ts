// The doctor beside a server that runs and suffers, a disk that is full, and as the command that people type.
import { afterAll, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expectGood, good } from "../../src/base/result.ts";
import { smallDisk } from "../../src/base/testing/small-disk.ts";
import { withBelow } from "../../src/doctor/below.ts";
import type { DoctorAnswer } from "../../src/doctor/doctor.ts";
import { Journal } from "../../src/doctor/mend/journal.ts";
import { carryOut, type StepWorld } from "../../src/doctor/mend/steps.ts";
import { undoFix } from "../../src/doctor/mend/undo-fix.ts";
import { holdHome } from "../../src/supervisor/home-holder.ts";
import { fromSources, Program } from "../program/program.ts";
import { takeHome } from "../program/take-home.ts";
import { forgetTemplate, roots, SickHome } from "./sick-home.ts";

afterAll(forgetTemplate);
const [, main = ""] = fromSources;
const stepWorld = ({ home }: SickHome, journal: Journal): StepWorld => ({
  home,
  journal,
  given: new Map(),
  openMetabase: () => Promise.resolve(good(undefined)),
  recoverKeys: undefined,
});
const isRoot = process.getuid?.() === 0;

test("what a running server suffers from stands under its cause, and is mended under it", async () => {
  await using program = new Program();
  await program.init("www", "nntp");
  const blocker = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => blocker.once("listening", resolve));
  const { port } = blocker.address() as { port: number };
  const client = await takeHome(program.home);
  const edits = [{ at: "nntp/sites/default", set: { bindings: [`127.0.0.1:${port}`] } }];
  expectGood(await client.call("config.change", { edits, who: "the test" }));
  await client.close();
  await program.up();

  const [taken, ...others] = (await program.json<DoctorAnswer>("doctor", "--offline")).findings;
  expect(taken).toMatchObject({ check: "ports", article: "port-in-use", subject: { name: `127.0.0.1:${port}` } });
  expect(taken?.sinceMs).toBeNumber();
  expect(others.map((it) => it.causedBy)).toEqual(others.map(() => 1));
  expect(others.map((it) => it.check)).toContain("server");

  blocker.close();
  const content = join(program.home, "content", "default");
  renameSync(content, `${content}.away`);
  const mended = await program.json<DoctorAnswer>("doctor", "--fix", "content");
  expect(mended.fixed).toHaveLength(1);
  expect(statSync(content).isDirectory()).toBe(true);
}, 60_000);

test("a full disk is the cause of all that follows from it", async () => {
  const disk = smallDisk("48m");
  if (disk === undefined) return; // this user may not mount one
  using it = await SickHome.make(join(disk.root, "home"));
  it.onEnd(() => disk.end());
  chmodSync(disk.root, 0o755);
  const wanted = ["disk", "home", "spool", "logs"];
  const makeRoom = disk.fill();
  const answer = await it.consult({ wanted });
  expect(roots(answer).map((found) => [found.check, found.article])).toEqual([["disk", "disk-full"]]);
  expect(answer.findings.length).toBeGreaterThan(1);
  makeRoom();
  expect((await it.consult({ wanted })).findings).toEqual([]);
});

test("a disk that cannot be written is said of each room, and what cannot be kept is not mended", async () => {
  const disk = smallDisk("48m");
  if (disk === undefined) return;
  using it = await SickHome.make(join(disk.root, "home"));
  it.onEnd(() => disk.end());
  chmodSync(disk.root, 0o755);
  chmodSync(it.path("metabase"), 0o755);
  if (!disk.remount("ro")) return;
  const { findings, fixed, failed } = await it.consult({ wanted: ["home"], fix: true });
  expect(findings[0]?.what).toContain("EROFS");
  expect(findings.flatMap(({ fix }) => fix ?? [])).toEqual(["set its mode to 700"]);
  expect(fixed).toEqual([]);
  expect(failed?.[0]?.because).toContain("cannot be kept first");
});

test("a machine key that is gone explains every secret that cannot be opened", async () => {
  using it = await SickHome.make();
  rmSync(it.path("keys", "machine.key"));
  const answer = await it.consult();
  expect(roots(answer).map((found) => found.subject.name)).toEqual([it.path("keys", "machine.key")]);
  expect(answer.findings.map((found) => found.subject.name)).toContain("smtp/sites/default/smartHostPassword");
  const refused = await it.consult({ wanted: ["keys"], fix: true });
  expect(refused.failed?.[0]?.because).toContain("--recovery-key-file");
  expect(refused.healthy).toBe(false);
  expect(readdirSync(it.path("doctor"))).toEqual([]);
});

test("a file in the place of the folder of the lock is put aside without that lock", async () => {
  using it = await SickHome.make();
  rmSync(it.path("run"), { recursive: true });
  writeFileSync(it.path("run"), "not ours");
  const mended = await it.consult({ fix: true });
  expect([mended.failed, mended.healthy]).toEqual([[], true]);
  const [visit = ""] = readdirSync(it.path("doctor"));
  expect(readFileSync(it.path("doctor", visit, "kept-1"), "utf8")).toBe("not ours");
});

test("few open files are told against the connections that are allowed", async () => {
  await using program = new Program();
  await program.init("www");
  const command = ["sh", "-c", 'ulimit -n 512; exec "$@"', "sh", ...program.command];
  const { code, out } = await program.runWith({ command }, "doctor", "--json", "--strict", "descriptors");
  const { findings, healthy } = JSON.parse(out) as DoctorAnswer;
  expect(findings[0]).toMatchObject({ check: "descriptors", level: "warning", article: "out-of-descriptors" });
  expect([healthy, code]).toEqual([true, 6]);
});

test("a pipe in the place of a file is not waited for", async () => {
  await using program = new Program();
  await program.init();
  for (const name of ["logs/events.jsonl", "run/server.json"]) {
    rmSync(join(program.home, name), { force: true });
    Bun.spawnSync(["mkfifo", join(program.home, name)]);
    const words = [...program.command, "--home", program.home, "doctor", "--offline", "memory"];
    expect(Bun.spawnSync(words, { timeout: 20_000 }).exitedDueToTimeout).toBeFalsy();
    rmSync(join(program.home, name));
  }
}, 60_000);

test("the command says it on a screen of 80 columns, mends, undoes, and ends with a code", async () => {
  await using program = new Program();
  await program.init();
  expect(await program.must("doctor", "--offline")).toStartWith("Nothing is wrong (");
  rmSync(join(program.home, "content", "default"), { recursive: true });
  const sick = await program.run("doctor", "content");
  expect(sick.code).toBe(6);
  expect(sick.out).toStartWith("1 thing is wrong (");
  expect(sick.out).toContain("inetsrv explain hard-coded-path");
  expect(sick.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(await program.must("doctor", "--fix", "content")).toContain("Mended: made the folder");
  expect(await program.must("doctor", "undo")).toContain("is undone");
  expect((await program.run("doctor", "undo")).code).toBe(4);
  expect((await program.run("doctor", "contents")).err).toContain('did you mean "content"');
}, 60_000);

test("root at the home of another gives him back what is his, and goes on as he", async () => {
  if (!isRoot) return;
  await using program = new Program({ user: 65_534 });
  await program.init("smtp");
  const key = join(program.home, "keys", "machine.key");
  chownSync(key, 0, 0);
  const asRoot = (...more: readonly string[]) => {
    const words = [...program.command, "--home", program.home, "doctor", "--json", ...more];
    return JSON.parse(Bun.spawnSync(words, { stderr: "ignore" }).stdout.toString()) as DoctorAnswer;
  };
  expect(roots(asRoot("keys"))[0]).toMatchObject({ check: "home", article: "file-permissions" });
  expect(statSync(key).uid).toBe(0);
  asRoot("--fix", "memory");
  expect(statSync(key).uid).toBe(0);
  const mended = asRoot("--fix", "keys");
  expect(mended.fixed).toHaveLength(1);
  expect(mended.healthy).toBe(true);
  expect([statSync(key).uid, statSync(join(program.home, "doctor")).uid]).toEqual([65_534, 65_534]);
}, 60_000);

test("whoever is neither root nor the owner is told that he sees nothing, and no more", async () => {
  if (!isRoot) return;
  using it = await SickHome.make();
  const words = [process.execPath, main, "--home", it.root, "doctor", "--json", "--offline"];
  const child = Bun.spawnSync(words, { cwd: it.beside(), uid: 65_534, gid: 65_534 });
  const { findings, healthy } = JSON.parse(child.stdout.toString()) as DoctorAnswer;
  expect(findings.map((found) => [found.check, found.article])).toEqual([["home", "file-permissions"]]);
  expect(findings[0]?.what).toContain("belongs to user root");
  expect(healthy).toBe(false);
});

test("what a server has made anew since it was looked at is not put aside", async () => {
  using it = await SickHome.make();
  const path = it.path("run", "control.sock");
  writeFileSync(path, "");
  const aside = () => carryOut(stepWorld(it, Journal.begin(it.home, 0)), { step: "set-aside", path });
  const server = expectGood(holdHome(it.home, "server", 0));
  expect([(await aside()).ok, existsSync(path)]).toEqual([false, true]);
  server.release();
  expect([(await aside()).ok, existsSync(path)]).toEqual([true, false]);
});

test("a folder is made and removed where it is said to be, and not behind a link in the way", async () => {
  using it = await SickHome.make();
  const [outside, mailroot] = [it.beside("outside"), it.path("spool", "mailroot")];
  mkdirSync(outside);
  mkdirSync(mailroot);
  symlinkSync(outside, join(mailroot, "default"));
  const { home } = it;
  const path = join(mailroot, "default", "Pickup");
  const made = await carryOut(stepWorld(it, Journal.begin(home, 0)), { step: "make-folder", path, mode: 0o755 });
  expect([made.ok, readdirSync(outside)]).toEqual([false, []]);
  mkdirSync(join(outside, "Pickup"));
  expect(expectGood(undoFix(home, undefined)).left).toHaveLength(1);
  expect(readdirSync(outside)).toEqual(["Pickup"]);
});

test("what is put aside is taken by no link: not even where the services own a part of the way", async () => {
  using it = await SickHome.make();
  mkdirSync(it.beside("elsewhere"));
  writeFileSync(it.beside("elsewhere", "Badmail"), "not ours");
  mkdirSync(it.path("spool", "mailroot"), { recursive: true });
  symlinkSync(it.beside("elsewhere"), it.path("spool", "mailroot", "default"));
  const { failed } = await it.consult({ wanted: ["mail-folders"], fix: true });
  expect(failed).not.toEqual([]);
  expect(readFileSync(it.beside("elsewhere", "Badmail"), "utf8")).toBe("not ours");
  rmSync(it.beside("elsewhere", "Badmail"));
  await it.consult({ wanted: ["mail-folders"], fix: true });
  expect(readdirSync(it.beside("elsewhere"))).toEqual([]);
});

test("a link in the way leads root nowhere", async () => {
  using it = await SickHome.make();
  writeFileSync(it.beside("target"), "not ours");
  renameSync(it.path("metabase"), it.beside("elsewhere"));
  symlinkSync(it.beside("elsewhere"), it.path("metabase"));
  symlinkSync(it.beside("target"), it.path("keys", "link"));
  const reach = (path: string) => () => withBelow(it.root, path, () => {});
  expect(reach(it.path("keys", "machine.key"))).not.toThrow();
  for (const path of [it.path("metabase", "metabase.sqlite"), it.path("keys", "link"), it.beside("target")])
    expect(reach(path)).toThrow();
});
