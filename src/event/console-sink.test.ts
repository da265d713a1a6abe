import { expect, test } from "bun:test";
import fc from "fast-check";
import { ConsoleSink, present } from "./console-sink.ts";
import { occurrence } from "./testing/occurrence.ts";

const atMs = new Date(2026, 10, 21, 14, 3, 9).getTime();
const cannot = occurrence({
  atMs,
  level: "error",
  object: { kind: "address", name: "0.0.0.0:25" },
  sentence: "Cannot listen on 0.0.0.0:25, as smtp/sites/default/bindings asks: process 812 (master) holds the port.",
  remedy: "Stop it, or change smtp/sites/default/bindings.",
});

test("an error is its sentence, and below it what to do", () => {
  expect(present(cannot, { colour: false })).toBe(
    "14:03:09 error    smtp   Cannot listen on 0.0.0.0:25, as smtp/sites/default/bindings asks: process 812 (master) holds the port.\n" +
      "         Stop it, or change smtp/sites/default/bindings.\n",
  );
});

test("a terminal gets lines that fit, in columns", () => {
  expect(present(cannot, { colour: false, columns: 80 })).toBe(
    [
      "14:03:09 error    smtp   Cannot listen on 0.0.0.0:25, as",
      "                         smtp/sites/default/bindings asks: process 812 (master)",
      "                         holds the port.",
      "         Stop it, or change smtp/sites/default/bindings.",
      "",
    ].join("\n"),
  );
});

test("a narrow terminal gives the columns up for the text", () => {
  expect(present(cannot, { colour: false, columns: 40 })).toBe(
    [
      "14:03:09 error    smtp",
      "Cannot listen on 0.0.0.0:25, as",
      "smtp/sites/default/bindings asks:",
      "process 812 (master) holds the port.",
      "  Stop it, or change",
      "  smtp/sites/default/bindings.",
      "",
    ].join("\n"),
  );
});

test("what is in order tells no remedy", () => {
  const it = occurrence({ atMs, level: "notice", remedy: "Keep the key away." });
  expect(present(it, { colour: false })).toBe("14:03:09 notice   smtp   smtp/sites/default is open.\n");
  expect(present(it, { colour: false, date: true })).toStartWith("2026-11-21 14:03:09 notice");
});

test("only the level is coloured, and only where colour is wanted", () => {
  expect(present(cannot, { colour: true })).toContain(" \u001b[31merror   \u001b[0m smtp   Cannot");
  expect(present(cannot, { colour: false })).not.toContain("\u001b");
});

test("the first line of an error names its object, also where the sentence does not or only at its end", () => {
  const name = "/srv/a folder with spaces/server ü.key";
  const object = { kind: "key", name } as const;
  const silent = occurrence({ atMs, level: "error", object, sentence: "The key is damaged." });
  expect(present(silent, { colour: false }).split("\n")[0]).toEndWith(` key ${name}: The key is damaged.`);
  const late = { ...silent, sentence: `It was not possible for the server to read the contents of its key ${name}.` };
  for (const columns of [10, 30, 61, 80, 100, 120, undefined]) {
    const lines = present(late, { colour: false, columns }).split("\n");
    const first = columns === undefined || columns >= 60 ? lines[0] : lines[1]; // below time and level when narrow
    expect(first).toContain(name);
  }
});

test("no text of an event can move the cursor or forge a line", () => {
  const evil = occurrence({
    level: "error",
    sentence: "a\n14:03:09 info fake\u001b[2J",
    remedy: "b\r\u0007",
    service: "s\u001b",
  });
  const shown = present(evil, { colour: false });
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(shown.split("\n")).toHaveLength(3);
});

test("lines fit whatever the text and the width, unless a single word is too long", () => {
  const words = fc.array(fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom("a", "b", ".", "ü", "漢") }));
  fc.assert(
    fc.property(words, words, fc.integer({ min: 60, max: 200 }), (sentence, remedy, columns) => {
      const it = occurrence({ atMs, level: "warning", sentence: sentence.join(" "), remedy: remedy.join(" ") });
      const lines = present(it, { colour: false, columns }).split("\n");
      for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
      const shown = lines.join(" ").split(/ +/);
      for (const word of [...sentence, ...remedy]) expect(shown).toContain(word);
    }),
  );
});

test("a reader who does not read costs no memory, and is told how much was left out", () => {
  const shown: string[] = [];
  const screen = { writableLength: 0, write: (text: string) => shown.push(text) };
  const sink = new ConsoleSink(screen, false);
  screen.writableLength = 2_000_000;
  for (let index = 0; index < 5; index++) sink.write(cannot);
  expect(shown).toEqual([]);
  screen.writableLength = 0;
  sink.write(cannot);
  sink.write(cannot);
  expect(shown[0]).toStartWith("(5 events were not shown here, `inetsrv events` has them)\n");
  expect(shown[1]).toBe(present(cannot, { colour: false }));
});
