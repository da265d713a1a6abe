import { expect, test } from "bun:test";
import { findVerb } from "./command-line.ts";
import { commonExits } from "./exit-code.ts";
import { run } from "./testing/run.ts";
import { flagWord, groups, type Verb } from "./verb.ts";
import { verbs } from "./verbs.ts";

const shown = verbs.filter((it) => it.hidden === undefined);
const sentence = /^[A-Z"`0-9].*[.]$/s;

test("every verb has an example that is itself, and its help prints it", async () => {
  for (const { words, examples } of shown) {
    expect(examples.length).toBeGreaterThan(0);
    const { code, out } = await run(`${words} --help`, { width: 80 });
    expect(code).toBe(0);
    for (const { line, doc } of examples) {
      expect(line).toMatch(new RegExp(`(^|\\()inetsrv (--home \\S+ )?${words}\\b`));
      expect(doc).toMatch(sentence);
      expect(out).toContain(`  ${line}\n`);
    }
  }
});

test("the examples are command lines that parse", async () => {
  const { parseCommandLine } = await import("./command-line.ts");
  for (const { examples } of verbs)
    for (const { line } of examples) {
      const words = [...line.replace(/^.*?\$\(|\).*$|[<>|].*$/g, "").matchAll(/"([^"]*)"|(\S+)/g)].map(
        (it) => it[1] ?? it[2] ?? "",
      );
      expect(parseCommandLine(verbs, words.slice(1))).toMatchObject({ is: "run" });
    }
});

test("summaries are one sentence that fits beside the verb", () => {
  for (const { words, summary, takes, flags } of verbs) {
    expect(summary).toMatch(sentence);
    expect(words.length + summary.length).toBeLessThanOrEqual(75);
    for (const { doc } of [...Object.values(takes), ...Object.values(flags)]) expect(doc).toMatch(sentence);
  }
});

test("the words of a verb are found, only doctor is the beginning of others, and no exit code is named twice", () => {
  for (const verb of verbs) {
    expect(findVerb(verbs, verb.words.split(" ")).verb).toBe(verb);
    expect(verbs.some((it) => it.words.startsWith(`${verb.words} `))).toBe(verb.words === "doctor");
    expect(new Set([...commonExits, ...verb.exits]).size).toBe(commonExits.length + verb.exits.length);
  }
});

test("words of which there may be many come last, and no flag is one of all verbs", () => {
  const many = ({ takes }: Verb) =>
    Object.values(takes)
      .slice(0, -1)
      .some((it) => it.times === "many" || it.times === "any");
  for (const verb of verbs) {
    expect(many(verb)).toBe(false);
    for (const key of Object.keys(verb.flags))
      expect(["--home", "--json", "--no-color", "--help", "--version", "-h"]).not.toContain(flagWord(key));
  }
});

test("the overview names every verb that is for people, in every group", async () => {
  const { out } = await run("", { width: 80 });
  for (const { words, hidden, summary } of verbs)
    expect(out.includes(`  ${words} `) && out.includes(summary)).toBe(hidden === undefined);
  for (const group of groups) expect(out).toContain(`\n${group}\n`);
  expect(Math.max(...out.split("\n").map((it) => it.length))).toBeLessThanOrEqual(80);
});

test("help fits forty columns, but for examples, which are to be copied", async () => {
  for (const { words, examples } of shown) {
    const { out } = await run(`help ${words}`, { width: 40 });
    const lines = out.split("\n").filter((line) => !examples.some((it) => line === `  ${it.line}`));
    expect(Math.max(...lines.map((it) => it.length))).toBeLessThanOrEqual(40);
  }
});

test("help of a word shows the verbs that begin with it", async () => {
  const { out, code } = await run("help keys", { width: 80 });
  expect(code).toBe(0);
  expect(out).toContain("  keys rotate   Replace the machine key");
  expect(out).not.toContain("config");
  expect((await run("keys", { width: 80 })).out).toBe(out);
  expect((await run("keys --help", { width: 80 })).out).toBe(out);
});

test("help for config set, as a terminal of 80 columns shows it", async () => {
  expect(
    (await run("config set --help", { width: 80 })).out,
  ).toBe(`inetsrv config set PATH VALUE ... [--why TEXT] [--expect N]
    [--confirm-within TIME] [--dry-run]

Set settings, all of them or none.

A value is typed as it is meant: 10m, 32MiB, true, or a,b,c for a list; JSON is
understood too.

The path of a secret has no value behind it: it is asked for without being
shown, or read from standard input.

Arguments
  PATH VALUE  The path of a setting and its value; as many as are wanted.

Flags
  --why TEXT             The reason, kept in the history.
  --expect N             Refuse when the configuration is no longer at revision
                         N.
  --confirm-within TIME  Take the change back by itself unless
                         \`inetsrv config confirm\` comes in time.
  --dry-run              Only show what would change; nothing is recorded.

Examples
  inetsrv config set smtp/sites/default/idleTimeout 5m
      One setting.
  inetsrv config set smtp/idleTimeout 5m www/idleTimeout 2m --why "fewer idle connections"
      Two settings in one revision, with the reason.
  inetsrv config set smtp/sites/default/bindings :25,:587 --confirm-within 60s
      A list; the change is taken back unless \`inetsrv config confirm\` follows
      within a minute.

Exit codes
  0    done, or it was so already
  1    it was attempted and failed
  2    the command line makes no sense
  4    refused: invalid, unknown or not allowed; nothing was changed
  5    somebody else changed it in between, or something under way is in the way
  130  given up with Ctrl-C

Flags of all verbs: --home DIR --json --no-color --help --version
`);
});
