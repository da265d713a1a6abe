import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { START_MS } from "../testing/fake-world.ts";
import { run } from "../testing/run.ts";

/** The later its number, the later it happened; the last within the hour. */
const line = (seq: number, level: string, service: string, sentence: string): string =>
  `${JSON.stringify({ seq, number: 4000, level, atMs: START_MS - (4 - seq) * 1_800_000, object: { kind: "address", name: "*:25" }, service, sentence, remedy: "Stop it.", parameters: {} })}\n`;

const lines = [
  line(1, "info", "smtp", "Listening on *:25."),
  line(2, "error", "smtp", "Cannot listen on *:25."),
  line(3, "warning", "www", "Slow."),
];

async function withLog(use: (home: string) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "events-"));
  try {
    mkdirSync(join(home, "logs"));
    writeFileSync(join(home, "logs", "events.jsonl"), `${lines.join("")}not an event\n`);
    await use(home);
  } finally {
    rmSync(home, { recursive: true });
  }
}

test("events are read from the files, also when no server runs", () =>
  withLog(async (home) => {
    const { code, out, err, program } = await run(["--home", home, "events"], { online: false });
    expect(code).toBe(0);
    expect(out.split("\n").map((it) => it.slice(20))).toEqual([
      "info     smtp   Listening on *:25.",
      "error    smtp   Cannot listen on *:25.",
      "Stop it.",
      "warning  www    address *:25: Slow.",
      "Stop it.",
      "",
    ]);
    expect(err).toBe("1 line of the log could not be read.\n");
    expect(program.calls).toEqual([]);
  }));

test("events are chosen by level, service, number and count", () =>
  withLog(async (home) => {
    const shown = async (flags: string) =>
      (await run(["--home", home, "--json", "events", ...flags.split(" ")])).out
        .split("\n")
        .flatMap((it) => (it === "" ? [] : [JSON.parse(it).seq]));
    expect(await shown("--level warning")).toEqual([2, 3]);
    expect(await shown("--service smtp --level error")).toEqual([2]);
    expect(await shown("--last 1")).toEqual([3]);
    expect(await shown("--since 1h")).toEqual([2, 3]);
    expect(await shown("--number 4001")).toEqual([]);
  }));

test("--follow goes on with what is written, until nobody reads any more", () =>
  withLog(async (home) => {
    const reader = new AbortController();
    let printed = "";
    const { runCommand } = await import("../run.ts");
    const { fakeProgram } = await import("../testing/fake-program.ts");
    const { fakeWorld } = await import("../testing/fake-world.ts");
    const base = fakeWorld();
    const write = (text: string): void => {
      printed += text;
      if (text.includes('"seq":3'))
        writeFileSync(join(home, "logs", "events.jsonl"), line(4, "info", "ftp", "New."), { flag: "a" });
      if (text.includes('"seq":4')) reader.abort();
    };
    const world = { ...base, ended: reader.signal, stdout: { ...base.stdout, write } };
    const code = await runCommand(fakeProgram(), ["--home", home, "--json", "events", "--follow"], world);
    expect(code).toBe(0);
    expect(
      printed
        .trim()
        .split("\n")
        .map((it) => JSON.parse(it).seq),
    ).toEqual([1, 2, 3, 4]);
  }));

test("a time that is none is told with what to write", async () => {
  const { code, err } = await run("events --since yesterday");
  expect(code).toBe(2);
  expect(err).toContain('Cannot select events by --since "yesterday"');
});

test("where there are no events it says where it looked", async () => {
  const { code, out, err } = await run("--home nowhere events");
  expect([code, out]).toEqual([0, ""]);
  expect(err).toBe("No such events in /srv/nowhere/logs.\n");
});
