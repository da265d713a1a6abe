import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import type {
  GroupSummary,
  ImportAnswer,
  UserAnswer,
  UserSummary,
} from "../../src/supervisor/operations/account-answers.ts";
import { findProgram } from "./machine.ts";
import { Program } from "./program.ts";

const PASSWORD = "correct horse battery";
const htpasswd = findProgram("htpasswd");

const program = new Program();
beforeAll(async () => {
  await program.init("smtp");
});
afterAll(() => program[Symbol.asyncDispose]());

const show = (name: string) => program.json<UserAnswer>("user", "show", name);

test("users and groups are added, allowed, shown and removed while no server runs", async () => {
  await program.must("group", "add", "staff", "--title", "Who works here");
  const added = await program.runWith({ input: `${PASSWORD}\n` }, "user", "add", "Anna", "--groups", "staff");
  expect([added.code, added.err]).toEqual([0, ""]);
  await program.must("group", "allow", "staff", "log-in", "*");
  await program.must("user", "allow", "anna", "relay", "smtp/default");
  const { out } = await program.run("user", "passwd", "anna", "--label", "printer-3", "--expires", "90d", "--generate");
  expect(out).toMatch(/^ {2}\w{5}-\w{5}-\w{5}-\w{5}$/m);
  const anna = await show("anna");
  expect(anna).toMatchObject({ enabled: true, groups: ["staff"] });
  expect(anna.grants).toEqual([
    { grant: "relay smtp/default", of: "user anna" },
    { grant: "log-in *", of: "group staff" },
  ]);
  expect(anna.passwords.map(({ label, hash, scram }) => [label, hash, scram])).toEqual([
    ["main", "argon2id", true],
    ["printer-3", "argon2id", true],
  ]);
  expect((anna.passwords[1]?.expiresMs ?? 0) - Date.now()).toBeGreaterThan(89 * 86_400_000);
  expect(await program.must("user", "may", "anna", "relay", "smtp/default")).toBe(
    "Yes: user anna has relay smtp/default.\n",
  );
  await program.must("user", "deny", "anna", "relay", "smtp/default");
  expect((await program.run("user", "may", "anna", "relay", "smtp/default")).code).toBe(exitCodes.refused);
  await program.must("user", "disable", "anna");
  expect(await program.json<readonly UserSummary[]>("user", "list", "a*")).toMatchObject([
    { name: "anna", enabled: false, passwords: 2 },
  ]);
  await program.must("group", "remove", "staff");
  expect((await show("anna")).groups).toEqual([]);
  await program.must("user", "remove", "anna");
  expect((await program.run("user", "show", "anna")).code).toBe(exitCodes.refused);
  expect((await program.run("user", "blocks")).code).toBe(exitCodes.notRunning);
}, 60_000);

test("the same commands ask a server that runs, which alone knows who is blocked", async () => {
  const server = await program.up();
  await program.must("group", "add", "staff");
  await program.runWith({ input: PASSWORD }, "user", "add", "bert", "--groups", "staff");
  expect(await program.json<readonly GroupSummary[]>("group", "list")).toMatchObject([{ members: ["bert"] }]);
  expect(await program.must("user", "blocks")).toBe("Nobody is blocked.\n");
  expect(await program.must("user", "unblock", "192.0.2.7")).toContain("was not blocked");
  await program.must("down");
  await server.ended();
  expect((await show("bert")).passwords).toHaveLength(1);
}, 60_000);

test("a password that is too short, or the name of its user, is refused and nothing is added", async () => {
  for (const input of ["short", "brigitte77"]) {
    const { code, err } = await program.runWith({ input }, "user", "add", "brigitte77");
    expect(code).toBe(exitCodes.refused);
    expect(err).toStartWith("The password of brigitte77 is not taken: it ");
    expect(err).not.toContain(`"${input}"`);
  }
  expect((await program.run("user", "show", "brigitte77")).code).toBe(exitCodes.refused);
});

test.skipIf(htpasswd === undefined)(
  "the users of an Apache are taken over with their hashes",
  async () => {
    const file = join(program.folder, "passwords");
    for (const [index, flag] of ["-cB", "-m", "-s"].entries())
      Bun.spawnSync(["htpasswd", "-b", ...(index === 0 ? ["-c", "-B"] : [flag]), file, `user${index}`, PASSWORD]);
    writeFileSync(file, `${readFileSync(file, "utf8")}old:rEK1ecacw.7.c\n`);
    const ran = await program.run("user", "import", file, "--json");
    expect(ran.code).toBe(exitCodes.partBroken);
    expect(JSON.parse(ran.out) as ImportAnswer).toMatchObject({ format: "htpasswd", added: 3, skipped: [{ line: 4 }] });
    const hashes = await Promise.all([0, 1, 2].map((it) => show(`user${it}`)));
    expect(hashes.map((it) => it.passwords[0]?.hash)).toEqual(["bcrypt", "MD5 crypt", "SHA-1"]);
    const again = await program.json<ImportAnswer>("user", "import", file);
    expect(again).toMatchObject({ added: 0, replaced: 0 });
    expect(again.skipped).toHaveLength(4);
  },
  30_000,
);

test("no hash is shown; a full export has them, and brings everybody back", async () => {
  await program.runWith({ input: PASSWORD }, "user", "add", "carla");
  const shown = await program.must("config", "show", "account/users/carla/passwords/main");
  expect(shown).toContain("(secret)");
  expect(shown).not.toContain("argon2id$");
  const omitted = await program.must("config", "export", "account");
  expect(omitted).not.toContain("$argon2id$");
  const full = await program.must("config", "export", "account", "--with-secrets");
  expect(full).toContain("$argon2id$");
  const before = await show("carla");
  await program.must("user", "remove", "carla");
  await program.runWith({ input: full }, "config", "apply", "-");
  expect(await show("carla")).toEqual(before);
  const kept = await program.runWith({ input: omitted }, "config", "apply", "-");
  expect([kept.code, kept.out]).toEqual([0, expect.stringContaining("Nothing changed")]);
  const logs = readdirSync(join(program.home, "logs"))
    .filter((it) => it.endsWith(".jsonl"))
    .map((it) => readFileSync(join(program.home, "logs", it), "utf8"));
  expect(logs).not.toEqual([]);
  expect(logs.join("")).not.toContain("argon2id$");
  expect(logs.join("")).not.toContain(PASSWORD);
}, 30_000);
