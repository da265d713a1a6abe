import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../base/clock.ts";
import { expectGood, good } from "../base/result.ts";
import { socketPath } from "../ipc/socket-path.ts";
import { whole } from "../schema/kinds/plain.ts";
import { ControlClient } from "./control-client.ts";
import { openControlServer } from "./control-server.ts";
import { type Follower, needed, type Operation } from "./operation.ts";

const root = mkdtempSync(join(tmpdir(), "control-"));
afterAll(() => rmSync(root, { recursive: true }));

const twice: Operation<{ readonly by: number }> = {
  name: "number.twice",
  reads: true,
  doc: "Twice the number.",
  takes: { number: needed(whole({ min: 0, max: 9 }), "A number.") },
  run: ({ by }, { number }) => good(by * (number as number)),
};
const broken: Operation<{ readonly by: number }> = {
  name: "number.break",
  reads: false,
  doc: "Breaks.",
  takes: {},
  run() {
    throw new Error("a bug");
  },
};

for (const depth of [0, 12])
  test(`operations are answered over a socket ${depth * 21} characters deeper`, async () => {
    const folder = join(root, `d${depth}`, ...Array.from({ length: depth }, () => "folder with ü in name"));
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "control.sock");
    writeFileSync(path, "left over");
    const failed: string[] = [];
    const server = expectGood(openControlServer(path, [twice, broken], { by: 2 }, "0.1", (name) => failed.push(name)));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const client = new ControlClient(path);
    expect(await client.call("number.twice", { number: 4 })).toEqual(good(8));
    const wrong = await client.call("number.twice", { number: 99, more: 1 });
    expect(wrong.ok ? "" : wrong.error.reason).toBe("wrong");
    expect(wrong.ok ? [] : wrong.error.problems.map((it) => it.path)).toEqual(["more", "number"]);
    const unknown = await client.call("number.thrice", {});
    expect(unknown.ok ? "" : unknown.error.reason).toBe("unknown");
    const asked = await fetch("http://inetsrv/v1/number/twice?number=3", { unix: expectGood(socketPath(path)).path });
    expect(await asked.json()).toEqual({ answer: 6 });
    const bug = await client.call("number.break", {});
    expect(bug.ok ? "" : bug.error.reason).toBe("unavailable");
    expect(failed).toEqual(["number.break"]);
    await server.close();
    expect(existsSync(path)).toBe(false);
    const gone = await client.call("number.twice", { number: 4 });
    expect(gone.ok ? "" : gone.error.reason).toBe("unavailable");
  });

/** Tells what it is told to, one step after the other. */
class Telling {
  followed = Promise.withResolvers<Follower>();
  readonly end = Promise.withResolvers<number>();
  readonly operation: Operation<unknown> = {
    name: "number.tell",
    reads: false,
    tells: true,
    doc: "Tells numbers.",
    takes: {},
    run: async (_context, _given, follower) => {
      this.followed.resolve(follower);
      return good(await this.end.promise);
    },
  };
}

test("the steps of an operation come as they are made, and its answer behind them", async () => {
  const path = join(root, "steps.sock");
  const telling = new Telling();
  const server = expectGood(openControlServer(path, [telling.operation, broken], { by: 2 }, "0.1", () => {}));
  const steps: unknown[] = [];
  const second = Promise.withResolvers<void>();
  const answer = new ControlClient(path).call("number.tell", {}, (step) => {
    if (steps.push(step) === 2) second.resolve();
  });
  const { tell, gone } = await telling.followed.promise;
  tell({ words: "a line\nand ü" });
  tell(2);
  // It has not ended: had they waited for its answer, this would wait for ever.
  await second.promise;
  expect(steps).toEqual([{ words: "a line\nand ü" }, 2]);
  telling.end.resolve(3);
  expect(await answer).toEqual(good(3));
  expect(gone.aborted).toBe(false);
  await server.close();
});

test("an operation hears that nobody follows it any more", async () => {
  const path = join(root, "gone.sock");
  const telling = new Telling();
  const server = expectGood(openControlServer(path, [telling.operation], {}, "0.1", () => {}));
  const leaving = new AbortController();
  const unix = expectGood(socketPath(path)).path;
  const asked = fetch("http://inetsrv/v1/number/tell", { unix, method: "POST", signal: leaving.signal });
  const { tell, gone } = await telling.followed.promise;
  tell(1);
  const { body } = await asked;
  await body?.getReader().read();
  const heard = new Promise((resolve) => gone.addEventListener("abort", resolve));
  leaving.abort();
  await heard;
  tell(2);
  telling.end.resolve(0);
  await server.close();
});

test("a bug behind a few steps ends them with a refusal", async () => {
  const path = join(root, "bug.sock");
  const failed: string[] = [];
  const bug: Operation<unknown> = {
    ...new Telling().operation,
    run(_context, _given, { tell }) {
      tell(1);
      throw new Error("a bug");
    },
  };
  const server = expectGood(openControlServer(path, [bug], {}, "0.1", (name) => failed.push(name)));
  const steps: unknown[] = [];
  const answer = await new ControlClient(path).call("number.tell", {}, (step) => void steps.push(step));
  expect([steps, answer.ok ? "" : answer.error.reason, failed]).toEqual([[1], "unavailable", ["number.tell"]]);
  await server.close();
});

test("while it pauses a question waits and is answered later, and what is under way is waited for or named", async () => {
  const path = join(root, "pause.sock");
  const telling = new Telling();
  const server = expectGood(openControlServer(path, [twice, telling.operation], { by: 2 }, "0.1", () => {}));
  const client = new ControlClient(path);
  const told = client.call("number.tell", {});
  await telling.followed.promise;
  expect(await server.pause("handed over", "number.twice", 0)).toBe("number.tell");
  expect(await server.pause("handed over", "number.tell", 60_000)).toBeUndefined();
  const refused = await fetch("http://inetsrv/v1/number/twice?number=3", { unix: expectGood(socketPath(path)).path });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
  const waits = client.call("number.twice", { number: 4 });
  const paused = server.pause("handed over", "number.twice", 60_000);
  telling.end.resolve(1);
  expect(await paused).toBeUndefined();
  expect(await told).toEqual(good(1));
  server.resume();
  expect(await waits).toEqual(good(8));
  await server.close();
});

test("one that leaves gives the last answers, and the next server answers at the same place", async () => {
  const path = join(root, "leave.sock");
  const telling = new Telling();
  const first = expectGood(openControlServer(path, [telling.operation], {}, "0.1", () => {}));
  const told = new ControlClient(path).call("number.tell", {});
  await telling.followed.promise;
  const left = first.leave();
  const second = expectGood(openControlServer(path, [twice], { by: 3 }, "0.2", () => {}));
  expect(await new ControlClient(path).call("number.twice", { number: 4 })).toEqual(good(12));
  telling.end.resolve(5);
  expect(await told).toEqual(good(5));
  await left;
  expect(await new ControlClient(path).call("number.twice", { number: 2 })).toEqual(good(6));
  await second.close();
});

test("a socket that somebody removes is made again, and whoever is being answered gets his answer", async () => {
  const path = join(root, "removed.sock");
  const telling = new Telling();
  const clock = new ManualClock();
  let made = 0;
  const watch = { clock, madeAgain: () => made++ };
  const server = expectGood(openControlServer(path, [twice, telling.operation], { by: 2 }, "0.1", () => {}, watch));
  clock.advance(1000);
  expect(made).toBe(0);
  const under = new ControlClient(path).call("number.tell", {});
  await telling.followed.promise;
  rmSync(path);
  clock.advance(1000);
  expect([made, existsSync(path), statSync(path).mode & 0o777]).toEqual([1, true, 0o600]);
  expect(await new ControlClient(path).call("number.twice", { number: 4 })).toEqual(good(8));
  telling.end.resolve(5);
  expect(await under).toEqual(good(5));
  rmSync(path);
  await server.pause("it is handed over", "number.tell", 0);
  clock.advance(5000);
  expect([made, existsSync(path)]).toEqual([1, false]);
  server.resume();
  clock.advance(1000);
  expect([made, existsSync(path)]).toEqual([2, true]);
  await server.close();
  clock.advance(5000);
  expect([made, existsSync(path)]).toEqual([2, false]);
});
