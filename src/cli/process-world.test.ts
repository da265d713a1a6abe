import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Call } from "./testing/fake-program.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "command-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let runs = 0;
function command(words: readonly string[]): { argv: string[]; calls: () => readonly Call[] } {
  const file = join(folder, `calls-${runs++}`);
  const main = join(import.meta.dirname, "testing", "fake-main.ts");
  return { argv: [process.execPath, main, file, ...words], calls: () => JSON.parse(readFileSync(file, "utf8")) };
}

interface Dialogue {
  readonly screen: string;
  readonly code: number;
  readonly calls: readonly Call[];
}

/** Types each answer when its question has appeared on a real terminal. */
async function onTerminal(words: readonly string[], typed: readonly (readonly [string, string])[]): Promise<Dialogue> {
  const { argv, calls } = command(words);
  let screen = "";
  const left = [...typed];
  const child = Bun.spawn(argv, {
    terminal: {
      cols: 80,
      rows: 24,
      data(terminal, data) {
        screen += Buffer.from(data).toString();
        const [question, answer] = left[0] ?? [];
        if (question === undefined || answer === undefined || !screen.includes(question)) return;
        left.shift();
        terminal.write(answer);
      },
    },
  });
  const code = await child.exited;
  child.terminal?.close();
  return { screen, code, calls: calls() };
}

const SECRET = "smtp/sites/default/smartHostPassword";

test("on a terminal a secret is asked for and not shown", async () => {
  const { screen, code, calls } = await onTerminal(["config", "set", SECRET], [["(not shown): ", "hunter3\u007f2\r"]]);
  expect(code).toBe(0);
  expect(screen).toBe(`${SECRET} (not shown): \r\nNothing changed; revision 13 stands.\r\n`);
  expect(calls[0]?.given).toMatchObject({ edits: [{ set: { smartHostPassword: "hunter2" } }] });
});

test("two secrets are asked for one after the other, also when both are pasted at once", async () => {
  const typed = [["(not shown): ", "four words by lot\rfour words by lot\r"]] as const;
  const { code, calls } = await onTerminal(["keys", "export"], typed);
  expect([code, calls[0]?.given]).toMatchObject([0, { passphrase: "four words by lot" }]);
});

test("Ctrl-C at a question ends the command with nothing done", async () => {
  const { code, calls } = await onTerminal(["keys", "recover"], [["(not shown): ", "AGE\u0003"]]);
  expect([code, calls]).toEqual([130, []]);
});

test("colours are on a terminal", async () => {
  const { screen } = await onTerminal(["config", "diff", "1", "2"], []);
  expect(screen.split("\r\n")[0]).toBe("\u001b[32m+ smtp/sites/s0\u001b[0m");
  expect(screen).toContain("and changes of 19,800 more nodes");
});

test("a secret comes from standard input when that is no terminal", async () => {
  const { argv, calls } = command(["config", "set", SECRET]);
  const child = Bun.spawn(argv, { stdin: Buffer.from("hunter2\n"), stdout: "pipe", stderr: "pipe" });
  expect(await child.exited).toBe(0);
  expect(calls()[0]?.given).toMatchObject({ edits: [{ set: { smartHostPassword: "hunter2" } }] });
});

test("who typed a change is what the system says, not a variable, and sudo is seen through", async () => {
  const who = async (environment: Readonly<Record<string, string>>) => {
    const { argv, calls } = command(["config", "unset", "smtp/idleTimeout"]);
    const child = Bun.spawn(argv, { env: { ...process.env, ...environment }, stdout: "ignore" });
    await child.exited;
    return calls()[0]?.given.who;
  };
  const me = Bun.spawnSync(["id", "-un"]).stdout.toString().trim();
  expect(await who({ USER: "mallory", SUDO_USER: me })).toBe(me);
  expect(await who({ SUDO_USER: "alice" })).toBe(`alice as ${me}`);
});

test("a slow reader gets every line", async () => {
  const { argv } = command(["config", "diff", "1", "2"]);
  const child = Bun.spawn(argv, { stdout: "pipe", stderr: "pipe" });
  let lines = 0;
  for await (const chunk of child.stdout) lines += Buffer.from(chunk).toString().split("\n").length - 1;
  expect([lines, await child.exited]).toEqual([20_000, 0]);
});

test("a reader that goes away (`| head`) is no failure and no noise", async () => {
  const { argv } = command(["config", "diff", "1", "2"]);
  const child = Bun.spawn(argv, { stdout: "pipe", stderr: "pipe" });
  const reader = child.stdout.getReader();
  expect((await reader.read()).value?.length).toBeGreaterThan(0);
  await reader.cancel();
  expect([await child.exited, await new Response(child.stderr).text()]).toEqual([0, ""]);
});

test.skipIf(process.platform !== "linux")("output that cannot be written is a failure and says why", async () => {
  const { argv } = command(["config", "diff", "1", "2"]);
  const full = "/dev/full"; // system path
  const child = Bun.spawn(argv, { stdout: Bun.file(full), stderr: "pipe" });
  expect([await child.exited, await new Response(child.stderr).text()]).toMatchObject([
    1,
    expect.stringContaining("Cannot write the output: "),
  ]);
});
