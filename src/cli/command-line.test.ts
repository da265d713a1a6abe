import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseCommandLine } from "./command-line.ts";
import { run } from "./testing/run.ts";
import { verbs } from "./verbs.ts";

const parse = (line: string) =>
  parseCommandLine(
    verbs,
    line.split(" ").filter((it) => it !== ""),
  );
const given = (line: string) => {
  const parsed = parse(line);
  if (parsed.is !== "run") throw new Error(JSON.stringify(parsed));
  return parsed.given;
};

test("flags stand anywhere behind the verb, with their value behind = or a space", () => {
  const wanted = { pairs: ["smtp/idleTimeout", "5m"], why: "x", expect: 12, confirmWithin: 60_000, dryRun: true };
  expect(given("config set --why x smtp/idleTimeout --expect=12 5m --confirm-within 1m --dry-run")).toEqual(wanted);
});

test("flags of all verbs stand before the verb too", () => {
  const parsed = parse("--home h --json config get smtp/idleTimeout --no-color");
  expect(parsed.global).toEqual({ home: "h", json: true, noColor: true });
  expect(parsed).toMatchObject({ is: "run", given: { path: "smtp/idleTimeout" } });
});

test("behind -- nothing is a flag; - alone and -1 never are", () => {
  expect(given("config set -- --odd --names")).toMatchObject({ pairs: ["--odd", "--names"] });
  expect(given("config set a -1 b -")).toMatchObject({ pairs: ["a", "-1", "b", "-"] });
});

test("what was not given is false or undefined", () => {
  expect(given("events")).toEqual({
    follow: false,
    since: undefined,
    service: undefined,
    level: undefined,
    number: undefined,
    last: undefined,
  });
});

const misuses: readonly (readonly [string, string])[] = [
  ["stauts", '"stauts" is no verb (did you mean "status"?)'],
  ["confg set", '"confg" is no verb (did you mean "config"?)'],
  ["config sett", '"config sett" is no verb (did you mean "config set"?)'],
  ["events --folow", '--folow is no flag here (did you mean "--follow"?)'],
  ["events --follow --follow", "--follow is given twice"],
  ["events --follow=yes", "--follow takes no value"],
  ["events --last", "--last needs a value: a whole number from 1 to 100000"],
  ["events --last many", '--last is "many", but needs a whole number from 1 to 100000'],
  ["events --level bad", '--level is "bad", but needs one of critical, error, warning, notice, info'],
  ["config get", "inetsrv config get needs PATH: The path of a setting."],
  ["config diff", "inetsrv config diff needs A: The earlier revision."],
  ["config diff a", 'A is "a", but needs a whole number from 0 to 9007199254740991'],
  ["config diff 1 2 3", "inetsrv config diff takes 2 words and no more"],
  ["init --bad --worse", "--bad is no flag here; --worse is no flag here"],
];
test.each(misuses)("%s: the command line is refused with what to type instead", async (line, sentence) => {
  const { code, out, err, program } = await run(line);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err.split("\n")[0]).toBe(sentence);
  expect(err.split("\n")[1]).toMatch(/^ {2}Type: inetsrv help/);
  expect(program.calls).toEqual([]);
});

test("whatever is typed, parsing never throws, and what is no verb says so", () => {
  const word = fc.oneof(fc.string(), fc.constantFrom("config", "set", "--why", "--", "-h", "--json=", "=", "--=x"));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      expect(["run", "help", "version", "misuse"]).toContain(parseCommandLine(verbs, words).is);
    }),
  );
});

test("--version and version print the same line", async () => {
  expect((await run("--version")).out).toBe("inetsrv 0.1.0\n");
  expect((await run("version")).out).toBe("inetsrv 0.1.0\n");
  expect(JSON.parse((await run("version --json")).out)).toEqual({ version: "0.1.0" });
});

test("an error with --json is data on stderr", async () => {
  const { err } = await run("config get --json");
  expect(JSON.parse(err)).toEqual({
    error: {
      sentence: "inetsrv config get needs PATH: The path of a setting.",
      remedy: "Type: inetsrv help config get",
    },
  });
});
