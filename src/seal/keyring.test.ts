import { expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readKeyring, withKey, writeKeyring } from "./keyring.ts";
import { initialisedHome, keyringOf } from "./twins.ts";

const asRoot = test.skipIf(process.geteuid?.() !== 0);

test("the keyring is JSON with public halves only, and comes back as it was written", async () => {
  using home = await initialisedHome();
  const text = readFileSync(home.at("keyring.json"), "utf8");
  expect(text).not.toContain("SECRET");
  const keyring = await keyringOf(home.folder);
  expect(JSON.parse(text)).toEqual({ format: 1, ...keyring });
  expect(statSync(home.at("keyring.json")).mode & 0o777).toBe(0o600);
});

test("a keyring that is gone is missing, and stays missing", async () => {
  using home = await initialisedHome();
  rmSync(home.at("keyring.json"));
  for (let times = 0; times < 2; times++) {
    const state = await readKeyring(home.folder);
    expect(state.at).toBe("missing");
  }
});

test("whatever was changed in it, it is damaged and says what", async () => {
  using home = await initialisedHome();
  const right = await keyringOf(home.folder);
  const { machine, recovery } = right;
  const keyless = "its machine key is not a key with its id";
  const wrong: [unknown, string][] = [
    [undefined, "it is not a JSON object"],
    [[], "it is not a JSON object"],
    [{ format: 2, ...right }, "its format is not 1"],
    [{ format: 1, ...right, more: 1 }, "it has members that are not known"],
    [{ format: 1, ...right, machine: { ...machine, id: recovery.id } }, keyless],
    [{ format: 1, ...right, machine: { ...machine, recipient: recovery.recipient } }, keyless],
    [{ format: 1, ...right, machine: { ...machine, createdMs: "today" } }, keyless],
    [{ format: 1, ...right, recovery: null }, "its recovery key is not a key with its id"],
    [{ format: 1, ...right, former: [{ id: "x" }] }, "its list of former keys is not one"],
  ];
  for (const [json, reason] of wrong) {
    writeFileSync(home.at("keyring.json"), json === undefined ? '{"format":' : JSON.stringify(json));
    expect(await readKeyring(home.folder)).toMatchObject({ at: "damaged", reason });
  }
  writeFileSync(home.at("keyring.json"), `{"format":1,"x":"${"x".repeat(70_000)}"}`);
  expect(await readKeyring(home.folder)).toMatchObject({ at: "damaged", reason: "it is longer than 65536 bytes" });
});

test("a folder in its place is unreadable", async () => {
  using home = await initialisedHome();
  rmSync(home.at("keyring.json"));
  mkdirSync(home.at("keyring.json"));
  expect(await readKeyring(home.folder)).toMatchObject({ at: "unreadable", errno: "EISDIR" });
});

asRoot("a keyring of a stranger is not trusted (needs root)", async () => {
  using home = await initialisedHome();
  chmodSync(home.at("keyring.json"), 0o644);
  chownSync(home.at("keyring.json"), 12345, 12345);
  expect(await readKeyring(home.folder)).toMatchObject({ at: "badly-owned", uid: 12345, expected: 0 });
});

test("a first keyring never takes the place of another", async () => {
  using home = await initialisedHome();
  const before = readFileSync(home.at("keyring.json"), "utf8");
  const written = writeKeyring(home.folder, { ...(await keyringOf(home.folder)), former: [] }, "first");
  expect(written).toMatchObject({ ok: false, error: { because: expect.stringContaining("EEXIST") } });
  expect(readFileSync(home.at("keyring.json"), "utf8")).toBe(before);
  expect(home.folder.names()).toEqual(["keyring.json", "machine.key"]);
});

test("the list of former keys keeps the latest hundred", async () => {
  using home = await initialisedHome();
  let keyring = await keyringOf(home.folder);
  const { machine } = keyring;
  for (let count = 0; count < 150; count++) keyring = withKey(keyring, "machine", { ...machine, createdMs: count });
  expect(keyring.former).toHaveLength(100);
  expect(keyring.former.at(-1)).toEqual({ id: machine.id, createdMs: 148, retiredMs: 149 });
});
