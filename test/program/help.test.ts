import { afterAll, beforeAll, expect, test } from "bun:test";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { verbs } from "../../src/cli/verbs.ts";
import { findProgram } from "./machine.ts";
import { Program } from "./program.ts";

const program = new Program();
const bash = findProgram("bash");
beforeAll(async () => {
  await program.init("smtp");
  await program.must("config", "create", "smtp/sites/zweite ö", "bindings=127.0.0.1:0");
  await program.up(); // only a server is asked for names
});
afterAll(() => program[Symbol.asyncDispose]());

test("help lists every verb, and each verb tells its arguments, its exit codes and an example", async () => {
  const shown = verbs.filter((it) => it.hidden === undefined);
  const overview = await program.must("help");
  expect(shown.filter((it) => !overview.includes(it.summary))).toEqual([]);
  for (const words of ["config set", "up", "keys recover"]) {
    const help = await program.must(...words.split(" "), "--help");
    expect(help).toContain(`inetsrv ${words}`);
    expect(help).toMatch(/Examples?/);
    expect(help).toMatch(/^ *0 +done/m);
  }
});

test("what makes no sense ends with 2, and says what to type", async () => {
  for (const line of [
    "statsu",
    "config",
    "config sett x y",
    "status --jsno",
    "up now",
    "config get",
    "restart --wait-limit soon smtp",
  ]) {
    const { code, out, err } = await program.run(...line.split(" "));
    if (line === "config")
      expect({ code, out }).toMatchObject({ code: exitCodes.done, out: expect.stringContaining("config set") });
    else expect({ line, code, out }).toEqual({ line, code: exitCodes.usage, out: "" });
    if (line !== "config") expect(err).toContain("inetsrv help");
  }
});

test("output goes through a pipe whole, and a reader that is gone is no failure", async () => {
  const words = [...program.command, "--home", program.home, "config", "schema"].map((it) => `'${it}'`).join(" ");
  const whole = Bun.spawnSync(["sh", "-c", `${words} | cat`]);
  expect(Object.keys(JSON.parse(whole.stdout.toString()) as object)).toContain("properties");
  const gone = Bun.spawnSync(["sh", "-c", `{ ${words}; echo "code $?" >&2; } | head -c 1`]);
  expect(gone.stderr.toString()).toBe("code 0\n");
});

test.skipIf(bash === undefined)("Tab completes verbs, paths of the home, and values, in a real shell", async () => {
  const script = await program.must("completion", "bash");
  const completed = (...words: readonly string[]): readonly string[] => {
    const line = words.map((it) => `'${it}'`).join(" ");
    const own = program.command.map((it) => `'${it}'`).join(" ");
    const run = `inetsrv() { ${own} "$@"; }\n${script}\nCOMP_WORDS=(inetsrv ${line}); COMP_CWORD=${words.length}
      COMP_LINE="inetsrv ${words.join(" ")}"; COMP_POINT=\${#COMP_LINE}
      spec=$(complete -p inetsrv); f=\${spec##*-F }; f=\${f%% *}; "$f" inetsrv; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, INETSRV_HOME: program.home };
    const { stdout, stderr } = Bun.spawnSync([bash ?? "", "-c", run], { env, cwd: program.folder });
    expect(stderr.toString()).toBe("");
    return stdout
      .toString()
      .split("\n")
      .map((it) => it.trim());
  };
  expect(completed("config", "se")).toContain("set");
  expect(completed("config", "set", "smtp/sites/default/id")).toContain("smtp/sites/default/idleTimeout");
  expect(completed("config", "remove", "smtp/sites/zw").join()).toContain("zweite");
  expect(completed("config", "set", "smtp/enabled", "")).toContain("true");
});
