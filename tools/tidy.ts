// The manner of the house as rules that a machine can check; an ordinary test runs them over the real tree.
// Alone it prints what it finds as `file:line rule: sentence`. What the compiler or the linter already sees is not here.
import { readSources, type Source } from "./source.ts";
import { eventNumbers, eventsUsed } from "./tidy/events.ts";
import { circles, direction, pure } from "./tidy/imports.ts";
import { rfcSpelling } from "./tidy/rfc-spelling.ts";
import type { Finding, Rule } from "./tidy/rule.ts";
import { absolutePaths, expectations, kebabCase, noAny, opening } from "./tidy/text.ts";

/** The rooms of src/ from the ground up: each imports only from the rows before its own, never from its own row. */
export const rooms = [
  ["base"],
  ["schema"],
  ["event"],
  ["format"],
  ["seal"],
  ["proto", "iis"],
  ["metabase", "spool", "net", "ipc"],
  ["account", "certificate"],
  ["service"],
  ["www", "ftp", "smtp", "nntp"],
  ["worker"],
  ["supervisor", "console", "import", "release"],
  ["doctor"],
  ["cli", "services.ts"],
  ["house.ts", "child.ts"],
  ["program.ts"],
  ["begin.ts"],
  ["main.ts"],
  ["start.ts"],
] as const;

/** Versions of a protocol that mean the same: the newer one is built upon the older. */
const upon = { "proto/http2": "proto/http" } as const;

export const rules: readonly Rule[] = [
  direction(rooms, upon),
  circles,
  pure(["proto", "iis"]),
  absolutePaths,
  noAny,
  opening,
  kebabCase,
  rfcSpelling,
  eventNumbers,
  eventsUsed,
  expectations,
];

export const folders = ["src", "tools", "test", "bench"] as const;

/** Every finding of every rule, as the lines that are printed. */
export const tidy = (files: readonly Source[]): readonly string[] =>
  rules.flatMap((rule) => rule.check(files).map((finding) => line(rule.name, finding)));

const line = (rule: string, { file, line, sentence }: Finding): string => `${file}:${line} ${rule}: ${sentence}`;

if (import.meta.main) {
  const findings = tidy(await readSources(folders));
  for (const finding of findings) console.log(finding);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
