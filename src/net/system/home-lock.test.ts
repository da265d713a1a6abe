import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { lockFile } from "./home-lock.ts";

const folder = mkdtempSync(join(tmpdir(), "lock-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = (): string => join(folder, `up ${files++}.lock`);

test("a lock that is held tells who holds it, and is free again when it is released", () => {
  const path = newPath();
  const lock = expectGood(lockFile(path));
  lock.write("process 812, for a long time");
  lock.write("process 812");
  expect(lockFile(path)).toEqual({ ok: false, error: { kind: "held", by: "process 812" } });
  lock.release();
  lock.release();
  lock.write("too late");
  expect(readFileSync(path, "utf8")).toBe("");
  expectGood(lockFile(path)).release();
});

test("kill -9 of the holder frees the lock, even while a child of the holder lives on", async () => {
  const path = newPath();
  const script = `
    import { lockFile } from ${JSON.stringify(join(import.meta.dir, "home-lock.ts"))};
    const lock = lockFile(${JSON.stringify(path)});
    lock.value.write("the child");
    const orphan = Bun.spawn({ cmd: ["sleep", "60"], stdio: ["ignore", "ignore", "ignore"] });
    console.log(orphan.pid);
    setInterval(() => {}, 1000);
  `;
  const holder = Bun.spawn({ cmd: [process.execPath, "-e", script], stdout: "pipe" });
  const line = await holder.stdout.getReader().read();
  const orphan = Number(new TextDecoder().decode(line.value));
  expect(lockFile(path)).toEqual({ ok: false, error: { kind: "held", by: "the child" } });
  holder.kill("SIGKILL");
  await holder.exited;
  const lock = lockFile(path);
  process.kill(orphan, "SIGKILL"); // throws when it did not outlive the holder
  expectGood(lock).release();
});

test("a file that cannot be opened is told by its name", () => {
  expect(lockFile(join(folder, "missing", "up.lock"))).toMatchObject({ ok: false, error: { kind: "failed" } });
  const failed = lockFile(folder);
  expect(failed.ok || failed.error.kind === "held" || failed.error.because).toContain(folder);
});

test("of many who try at once one gets the lock", async () => {
  const path = newPath();
  const script = `
    import { lockFile } from ${JSON.stringify(join(import.meta.dir, "home-lock.ts"))};
    console.log(lockFile(${JSON.stringify(path)}).ok ? "got" : "held");
    process.stdin.resume();
  `;
  const children = [0, 1, 2].map(() =>
    Bun.spawn({ cmd: [process.execPath, "-e", script], stdin: "pipe", stdout: "pipe" }),
  );
  const answers = await Promise.all(children.map((child) => child.stdout.getReader().read()));
  expect(answers.map((it) => new TextDecoder().decode(it.value).trim()).sort()).toEqual(["got", "held", "held"]);
  for (const child of children) child.kill("SIGKILL");
});
