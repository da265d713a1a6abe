// Hands that hang: a pipe without a writer holds whoever opens it, as a dead disk of a network would.
import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Trial } from "../../service/doctor-check.ts";
import { Hands } from "./hands.ts";

const command = [process.execPath, join(import.meta.dir, "../testing/hand-main.ts")];
/** Stands for the program of a hand: says an end for each trial, but is silent at what is to hang. */
const halting = [
  process.execPath,
  "-e",
  `console.log("ready");
  for await (const line of console) {
    if (line.includes("hangs")) await new Promise(() => setInterval(() => {}, 1000));
    console.log(JSON.stringify({ is: "fine", facts: {} }));
  }`,
];
const folder = (path: string): Trial => ({ try: "folder", path, wants: "read" });

test("what is tried is really tried, and leaves nothing", async () => {
  const root = mkdtempSync(join(tmpdir(), "inetsrv-hands-"));
  const hands = new Hands({ command, user: undefined });
  const ends = await hands.tryAll([
    { try: "folder", path: root, wants: "write" },
    folder(join(root, "gone")),
    { try: "file", path: join(root, "gone") },
    { try: "disk", path: root },
  ]);
  hands.close();
  expect(ends.map((it) => it.is)).toEqual(["fine", "missing", "missing", "fine"]);
  expect(readdirSync(root)).toEqual([]);
  rmSync(root, { recursive: true });
});

test("what hangs is given up, and the rest is tried by another", async () => {
  const hands = new Hands({ command: halting, user: undefined, silenceMs: 1500 });
  const ends = await hands.tryAll([folder("/a"), folder("/hangs"), folder("/b")]);
  hands.close();
  expect(ends.map((it) => it.is)).toEqual(["fine", "no-answer", "fine"]);
});

test("where everything hangs there is an end to it", async () => {
  const hands = new Hands({ command: halting, user: undefined, silenceMs: 300 });
  const ends = await hands.tryAll(Array.from({ length: 5 }, () => folder("/hangs")));
  expect(ends.map((it) => it.is)).toEqual(Array(5).fill("no-answer"));
  expect((await hands.tryAll([folder("/a")])).map((it) => it.is)).toEqual(["no-answer"]);
  hands.close();
});
