// Occurrences for tests: complete, with only what matters to the test stated.
import type { Occurrence } from "../event.ts";

export const occurrence = (parts: Partial<Occurrence> = {}): Occurrence => ({
  number: 6001,
  level: "info",
  atMs: 1000,
  object: { kind: "site", name: "smtp/sites/default" },
  service: "smtp",
  sentence: "smtp/sites/default is open.",
  remedy: "",
  parameters: {},
  ...parts,
});

/** Many that differ, so that no flood guard holds one back. */
export const occurrences = (count: number, parts: Partial<Occurrence> = {}): readonly Occurrence[] =>
  Array.from({ length: count }, (_, index) =>
    occurrence({ object: { kind: "site", name: `site ${index}` }, sentence: `Sentence ${index}.`, ...parts }),
  );
