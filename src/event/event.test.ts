import { expect, test } from "bun:test";
import { about } from "../base/fault.ts";
import { event, type Occurrence, reporter, traced } from "./event.ts";

const ended = event(1, "error", "process", "Process {object} ended with code {code}.", "See {log}.");

test("an occurrence carries its sentence, its remedy and its object", () => {
  const seen: Occurrence[] = [];
  const report = reporter(
    "smtp",
    () => 7,
    (it) => seen.push(it),
  );
  // @ts-expect-error the sentence has a parameter, so the call needs it
  report(ended, about("process", "812"));
  report(ended, about("process", "812"), { code: 3, log: "events.jsonl" });
  expect(seen[1]).toEqual({
    number: 1,
    level: "error",
    atMs: 7,
    object: { kind: "process", name: "812" },
    service: "smtp",
    sentence: "Process 812 ended with code 3.",
    remedy: "See events.jsonl.",
    parameters: { code: 3, log: "events.jsonl" },
  });
});

test("an event without the name of its object cannot be written", () => {
  // @ts-expect-error an empty name does not compile
  expect(() => about("service", "")).toThrow("a service without a name");
  const computed: string = " ";
  expect(() => about("service", computed)).toThrow("a service without a name");
});

test("an object of another kind than the row's does not compile", () => {
  const report = reporter(
    "smtp",
    () => 0,
    () => {},
  );
  // @ts-expect-error the row is about a process
  report(ended, about("file", "x"), { code: 1, log: "" });
});

test("a value from outside cannot forge a line", () => {
  const seen: Occurrence[] = [];
  reporter(
    "smtp",
    () => 0,
    (it) => seen.push(it),
  )(ended, about("process", "a\r\nb"), { code: "\u202e1", log: "" });
  expect(seen[0]?.sentence).toBe("Process a\\x0d\\x0ab ended with code \\u202e1.");
});

test("what happens to a connection carries its trace, whether or not the row speaks of it", () => {
  const seen: Occurrence[] = [];
  const report = reporter(
    "smtp",
    () => 0,
    (it) => seen.push(it),
  );
  const failed = event(2, "info", "address", "A login from {object} failed ({trace}).");
  traced(report, "0abc")(ended, about("process", "812"), { code: 3, log: "x" });
  report(failed, about("address", "::1"), { trace: "0def" });
  report(ended, about("process", "812"), { code: 3, log: "x" });
  expect(seen.map((it) => it.trace)).toEqual(["0abc", "0def", undefined]);
  expect(seen[0]?.sentence).toBe("Process 812 ended with code 3.");
  expect(Object.keys(seen[2] ?? {})).not.toContain("trace");
});
