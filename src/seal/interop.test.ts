// With the ordinary age program, where the machine has one: what we seal it opens, what it seals we open.
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { about } from "../base/fault.ts";
import { expectGood } from "../base/result.ts";
import { MACHINE_KEY } from "./key-folder.ts";
import { currentIds } from "./keyring.ts";
import { readKeys } from "./keys.ts";
import { sealUnderPassphrase } from "./passphrase.ts";
import { openSealed, sealText } from "./seal.ts";
import { initialisedHome, keyringOf, secretOf } from "./twins.ts";

const password = secretOf("smtp/relay/password");
const clear = "pässword with spaces\nand a second line";

/** A test that needs programs of the machine; its name says which are absent. */
function withPrograms(programs: readonly string[], name: string, run: () => Promise<void>): void {
  const absent = programs.filter((it) => Bun.which(it) === null);
  if (absent.length === 0) test(name, run);
  else test.skip(`${name} (skipped: no ${absent.join(" and no ")} on this machine)`, run);
}

async function output(command: readonly string[], input: string): Promise<string> {
  const child = Bun.spawn([...command], { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
  const [out, error, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(error);
  return out;
}

withPrograms(["age"], "age opens a sealed value with the machine key file and with the recovery key", async () => {
  using home = await initialisedHome();
  const { $sealed } = expectGood(await sealText(clear, await keyringOf(home.folder), password));
  writeFileSync(home.at("recovery.txt"), `${home.recovery.reveal()}\n`, { mode: 0o600 });
  for (const identity of [MACHINE_KEY, "recovery.txt"])
    expect(await output(["age", "-d", "-i", home.at(identity)], $sealed.age)).toBe(clear);
});

withPrograms(["age"], "we open what age sealed to both keys", async () => {
  using home = await initialisedHome();
  const keyring = await keyringOf(home.folder);
  const { machine, recovery } = keyring;
  const age = await output(["age", "-a", "-r", machine.recipient, "-r", recovery.recipient], clear);
  const sealed = { $sealed: { keys: currentIds(keyring), age } };
  expect(await openSealed(sealed, password, await readKeys(home.folder))).toEqual({ ok: true, value: clear });
  expect(await openSealed(sealed, password, { identities: [home.recovery] })).toEqual({ ok: true, value: clear });
});

withPrograms(
  ["age-keygen"],
  "age-keygen finds in the machine key file the recipient that the keyring names",
  async () => {
    using home = await initialisedHome();
    const { machine } = await keyringOf(home.folder);
    expect((await output(["age-keygen", "-y", home.at(MACHINE_KEY)], "")).trim()).toBe(machine.recipient);
  },
);

withPrograms(["age", "script"], "age opens an export with its passphrase", async () => {
  using home = await initialisedHome();
  const file = about("file", home.at("export.age"));
  const sealed = expectGood(await sealUnderPassphrase(clear, "four words by lot", file, 10));
  writeFileSync(file.name, sealed);
  const command = `age -d -o '${home.at("clear")}' '${file.name}'`; // it asks a terminal, which `script` plays
  await output(["script", "-qec", command, home.at("typescript")], "four words by lot\n");
  expect(await Bun.file(home.at("clear")).text()).toBe(clear);
});
