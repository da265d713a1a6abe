import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SmallReleases } from "../../release/testing/small-releases.ts";
import { exitCodes } from "../exit-code.ts";
import { fakeProgram } from "../testing/fake-program.ts";
import { run } from "../testing/run.ts";

const made = new SmallReleases();
afterAll(() => made[Symbol.dispose]());
const key = join(made.folder, "maker.pem");
const root = ["--root", made.root];
/** A program that is neither a release nor a clone with keys of its own. */
const options = () => ({
  program: fakeProgram({
    overrides: { files: { version: "0.1.0", root: made.folder, executable: "inetsrv", build: "" } },
  }),
});
const type = (...words: readonly string[]) => run(words, options());

test("a key is made once, its private half for nobody else", async () => {
  expect((await type("release", "key", "make", key)).code).toBe(exitCodes.done);
  expect(statSync(key).mode & 0o777).toBe(0o600);
  const text = readFileSync(key, "utf8");
  expect((await type("release", "key", "make", key)).code).toBe(exitCodes.refused);
  expect(readFileSync(key, "utf8")).toBe(text);
});

test("keys are trusted, listed and dropped by their id", async () => {
  expect((await type("release", "key", "trust", key, ...root)).err).toContain("private key");
  await type("release", "key", "trust", `${key}.pub`, ...root);
  const { out } = await type("release", "key", "list", ...root, "--json");
  const [one] = (JSON.parse(out) as { keys: { id: string; file: string }[] }).keys;
  expect(one?.file).toBe(`${one?.id}.pub`);
  expect((await type("release", "key", "drop", "0000", ...root)).code).toBe(exitCodes.refused);
  expect((await type("release", "key", "drop", one?.id ?? "", ...root)).code).toBe(exitCodes.done);
  expect((await type("release", "key", "list", ...root)).out).toContain("No key is trusted");
});

test("the first release needs its maker to be trusted, becomes current, and brings his key along", async () => {
  const built = await made.build("0.2.0");
  const refused = await type("release", "install", built.package, "--to", made.root);
  expect(refused.code).toBe(exitCodes.refused);
  expect(refused.err).toContain("--trust FILE");
  const pub = made.put("theirs.pub", made.trust.keys[0]?.text ?? "");
  const { code, out } = await type("release", "install", built.package, "--to", made.root, "--trust", pub);
  expect(code).toBe(exitCodes.done);
  expect(out).toContain(join(made.root, "current", "inetsrv"));
  const next = await type("release", "install", (await made.build("0.3.0")).package, "--to", made.root);
  expect(next.out).toContain("Next: inetsrv release activate 0.3.0");
});

test("status is short, --files is whole, and what is wrong has its own exit code", async () => {
  expect((await type("release", "status", ...root)).out).toContain("0.2.0 is whole.");
  expect((await type("release", "status", ...root)).out).not.toContain("src/same.ts");
  expect((await type("release", "status", "--files", ...root)).out).toMatch(/src\/same\.ts +0\.2\.0 +right/);
  writeFileSync(made.file("0.2.0", "src/same.ts"), "changed");
  const wrong = await type("release", "status", ...root);
  expect(wrong.code).toBe(exitCodes.partBroken);
  expect(wrong.out).toMatch(/src\/same\.ts +0\.2\.0 +0\.2\.0 with [0-9a-f]{12} is expected, [0-9a-f]{12} found/);
  expect((await type("release", "verify", ...root)).code).toBe(exitCodes.refused);
  const { out } = await type("release", "status", "--json", ...root);
  expect(JSON.parse(out)).toMatchObject({ version: "0.2.0", wrong: [{ path: "src/same.ts", is: "changed" }] });
});

test("repair brings it back and says from where", async () => {
  expect((await type("release", "repair", ...root)).out).toMatch(/src\/same\.ts +changed +0\.3\.0/);
  expect((await type("release", "repair", ...root)).out).toContain("there is nothing to do");
  expect((await type("release", "repair", "9.9.9", ...root)).code).toBe(exitCodes.refused);
});

test("a package is verified without being installed", async () => {
  const built = await made.build("0.4.0");
  expect((await type("release", "verify", built.package, ...root)).out).toMatch(/^0\.4\.0 is whole: \d+ files\./);
  writeFileSync(join(built.folder, "LICENSE"), "TIM");
  const refused = await type("release", "verify", built.folder, ...root);
  expect(refused.err).toContain("LICENSE is not what its manifest says");
  expect(existsSync(made.file("0.4.0", ""))).toBe(false);
});

test("prune shows what would go and asks; where nobody can answer it wants --yes", async () => {
  const asked = await type("release", "prune", ...root);
  expect([asked.code, asked.err]).toEqual([exitCodes.usage, expect.stringContaining("It would remove 0.3.0")]);
  expect(existsSync(made.file("0.3.0", ""))).toBe(true);
  expect((await type("release", "prune", "--keep", "1", ...root)).out).toContain("nothing to remove");
  expect((await type("release", "prune", "--yes", ...root)).out).toBe("Removed 0.3.0\n");
});

test("nothing is built without a key unless that is said, and only out of a clone", async () => {
  expect((await type("release", "build")).code).toBe(exitCodes.refused);
  const hotfix = ["release", "hotfix", "build", "--base", "0.2.0", "--id", "fix1", "--files", "src/same.ts", ...root];
  expect((await type(...hotfix)).err).toContain("--unsigned");
  expect((await type("release", "hotfix", "build", "--base", "0.2.0", "--id", "fix1")).err).toContain(
    "--files is missing",
  );
  const from = ["--from", join(made.folder), "--to", made.folder];
  made.put("src/same.ts", "mended");
  expect((await type(...hotfix, ...from, "--key", key)).out).toContain("Built the hotfix fix1 for 0.2.0: 1 file.");
});

test("a clone without releases says what it is", async () => {
  expect((await type("release", "status", "--root", made.folder)).out).toContain(
    "This program is no installed release",
  );
  expect((await type("release", "list", "--root", made.folder)).out).toContain("No release is installed");
});
