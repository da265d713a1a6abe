import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { Program } from "./program.ts";

const program = new Program();
beforeAll(async () => {
  await program.init("smtp");
  await program.runWith({ input: "correct horse" }, "config", "set", "smtp/sites/default/smartHostPassword");
});
afterAll(() => program[Symbol.asyncDispose]());

const apply = (input: string, ...flags: readonly string[]) =>
  program.runWith({ input }, "config", "apply", "-", ...flags);
const get = async (path: string): Promise<string> => (await program.must("config", "get", path)).trimEnd();

/** An editor that carries out a script on the file; `$1` is its name. */
const edit = (script: string, ...words: readonly string[]) => {
  const editor = join(program.folder, "my editor.sh");
  writeFileSync(editor, script);
  return program.runWith({ environment: { EDITOR: `sh '${editor}'` } }, "config", "edit", ...words);
};
const timeoutTo = (value: string): string => `sed -i 's/idleTimeout: .*/idleTimeout: ${value}/' "$1"`;
const keptTexts = () => readdirSync(join(program.home, "run")).filter((it) => it.startsWith("edit-"));

for (const where of ["down", "up"])
  describe(`while the server is ${where}`, () => {
    beforeAll(async () => {
      if (where === "up") await program.up();
    });

    test("YAML and JSON say the same, from a file and from standard input", async () => {
      const file = join(program.folder, "site.yaml");
      const name = "fullyQualifiedName: mail.example";
      writeFileSync(file, `smtp:\n  idleTimeout: 5m # a comment\n  sites:\n    default:\n      ${name}\n`);
      const applied = await program.must("config", "apply", file);
      expect(applied).toContain("+ smtp/sites/default/fullyQualifiedName  mail.example");
      const sites = { default: { fullyQualifiedName: "mail.example" } };
      expect((await apply(JSON.stringify({ smtp: { idleTimeout: "5m", sites } }))).out).toStartWith("Nothing changed");
      await apply('{"smtp": {"sites": {"default": {"fullyQualifiedName": null}}}}');
      expect(await get("smtp/sites/default/fullyQualifiedName")).toBe("(none)");
    });

    test("what is exported and applied again changes nothing, in either form, secrets and all", async () => {
      for (const flags of [[], ["--json"], ["--with-secrets"]]) {
        const text = await program.must("config", "export", ...flags);
        expect(text).not.toContain("correct horse");
        expect((await apply(text, "--replace")).out).toStartWith("Nothing changed");
      }
      expect((await program.run("keys", "status")).code).toBe(exitCodes.done);
    });

    test("the editor gets a part of the configuration, and what it leaves is one change", async () => {
      const done = await edit(timeoutTo("15m"), "smtp", "--why", "by hand");
      expect(done).toMatchObject({ code: exitCodes.done, err: "", out: expect.stringContaining("5m -> 15m") });
      expect(await program.must("config", "history", "--last", "1")).toContain("by hand");
      expect((await edit("true", "smtp")).out).toBe("Nothing was edited.\n");
      await program.must("config", "set", "smtp/idleTimeout", "5m");
      expect(keptTexts()).toEqual([]);
    });
  });

test("a dry run only shows, and a document that is none tells its line", async () => {
  const { code, out } = await apply("smtp: { idleTimeout: 1h }", "--dry-run");
  expect(code).toBe(exitCodes.done);
  expect(out).toContain("5m -> 1h");
  expect(await get("smtp/idleTimeout")).toBe("5m");
  const broken = await apply("smtp:\n  idleTimeout: 5m\n :::\n");
  expect(broken.code).toBe(exitCodes.failed);
  expect(broken.err).toContain("line 3");
});

test("with --replace, what a document does not say is taken away in the sections that it names", async () => {
  await program.must("config", "create", "smtp/sites/second", "bindings=127.0.0.1:0");
  await program.must("config", "set", "smtp/connectionsMax", "5", "nntp/connectionsMax", "6");
  const text = await program.must("config", "export", "smtp/sites/default");
  expect((await apply(text, "--replace")).code).toBe(exitCodes.done);
  expect(await program.must("config", "show", "smtp/sites")).toBe("smtp/sites/default\n");
  expect([await get("smtp/connectionsMax"), await get("nntp/connectionsMax")]).toEqual(["10000", "6"]);
});

test("what was edited wrongly is refused with its place, and the text is kept for another try", async () => {
  await program.must("config", "set", "smtp/idleTimeout", "5m");
  const wrong = await edit(timeoutTo("soon"), "smtp");
  expect(wrong.code).toBe(exitCodes.refused);
  expect(wrong.err).toContain("smtp/idleTimeout");
  const [kept = "none"] = keptTexts();
  expect(wrong.err).toContain(kept);
  expect(readFileSync(join(program.home, "run", kept), "utf8")).toContain("idleTimeout: soon");
  expect(await get("smtp/idleTimeout")).toBe("5m");
});

test("what others changed while the editor was open is not overwritten", async () => {
  const set = [...program.command, "--home", program.home, "config", "set", "smtp/idleTimeout", "20m"];
  const other = set.map((it) => `'${it}'`).join(" ");
  const { code, err } = await edit(`${other} >/dev/null && ${timeoutTo("15m")}`, "smtp");
  expect(code).toBe(exitCodes.conflict);
  expect(err).toContain("revision");
  expect(await get("smtp/idleTimeout")).toBe("20m");
});
