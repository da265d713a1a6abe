import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood, good } from "../base/result.ts";
import { socketPath } from "../ipc/socket-path.ts";
import { whole } from "../schema/kinds/plain.ts";
import { ControlClient } from "./control-client.ts";
import { openControlServer } from "./control-server.ts";
import { needed, type Operation } from "./operation.ts";

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
