import { expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { sentence } from "../base/fault.ts";
import { expectGood } from "../base/result.ts";
import { Identity } from "./identity.ts";
import { MACHINE_KEY } from "./key-folder.ts";
import { readMachineKey, troubleOf, writeMachineKey } from "./machine-key.ts";
import { initialisedHome, keyringOf, START_MS, testHome } from "./twins.ts";

const isRoot = process.geteuid?.() === 0;
const asRoot = test.skipIf(!isRoot);

test("a key file is what age-keygen writes, for the owner only, in a folder for the owner only", async () => {
  using home = await initialisedHome();
  const { machine } = await keyringOf(home.folder);
  const lines = readFileSync(home.at(MACHINE_KEY), "utf8").split("\n");
  expect(lines.slice(0, 3)).toEqual([
    `# inetsrv: ${machine.id}`,
    "# created: 2026-07-03T10:11:12.000Z",
    `# public key: ${machine.recipient}`,
  ]);
  expect(lines[3]).toMatch(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/);
  expect(statSync(home.at(MACHINE_KEY)).mode & 0o777).toBe(0o600);
  expect(statSync(home.folder.path).mode & 0o777).toBe(0o700);
});

test("present: the key that is expected", async () => {
  using home = await initialisedHome();
  const { machine } = await keyringOf(home.folder);
  const state = await readMachineKey(home.folder, machine.id);
  expect(state).toMatchObject({ at: "present", mode: 0o600, createdMs: START_MS, identity: { id: machine.id } });
  expect(troubleOf(state)).toBeUndefined();
});

test("missing: the expected key is named, with the command", async () => {
  using home = await initialisedHome();
  const { machine } = await keyringOf(home.folder);
  rmSync(home.at(MACHINE_KEY));
  const state = await readMachineKey(home.folder, machine.id);
  expect(state).toMatchObject({ at: "missing", trouble: { subject: { kind: "key", name: home.at(MACHINE_KEY) } } });
  expect(said(state)).toBe(
    `Cannot use the machine key: ${home.at(MACHINE_KEY)} is missing; ${machine.id} is expected there. ` +
      'Put the file back from a copy, or run "inetsrv keys recover" with the recovery key',
  );
});

test("damaged: cut short, empty, or something else altogether", async () => {
  using home = await initialisedHome();
  const { machine } = await keyringOf(home.folder);
  const text = readFileSync(home.at(MACHINE_KEY), "utf8");
  for (const wrong of ["", text.slice(0, -20), text.replace("KEY-1", "KEY-2"), "x".repeat(100_000), "\0".repeat(200)]) {
    writeFileSync(home.at(MACHINE_KEY), wrong);
    const state = await readMachineKey(home.folder, machine.id);
    expect(state.at).toBe("damaged");
    expect(said(state)).toContain("does not hold a key");
    expect(said(state)).toContain("inetsrv keys recover");
  }
});

test("other key: both ids are told, and the key is kept for what is sealed to it", async () => {
  using home = await initialisedHome();
  const { machine } = await keyringOf(home.folder);
  const other = await Identity.generate("machine");
  rmSync(home.at(MACHINE_KEY));
  expectGood(writeMachineKey(home.folder, MACHINE_KEY, other, 0));
  const state = await readMachineKey(home.folder, machine.id);
  expect(state).toMatchObject({ at: "other-key", expected: machine.id, identity: { id: other.id } });
  expect(said(state)).toContain(`is ${other.id}, but ${machine.id} is expected there`);
});

test("too open: used, with a warning and the two commands", async () => {
  using home = await initialisedHome();
  const { machine } = await keyringOf(home.folder);
  for (const mode of [0o644, 0o640, 0o602]) {
    chmodSync(home.at(MACHINE_KEY), mode);
    const state = await readMachineKey(home.folder, machine.id);
    expect(state).toMatchObject({ at: "too-open", mode, identity: { id: machine.id } });
    expect(said(state)).toContain(`chmod 600 "${home.at(MACHINE_KEY)}"`);
    expect(said(state)).toContain("inetsrv keys rotate");
  }
});

asRoot("badly owned: a stranger's file is not used, unless he owns the home (needs root)", async () => {
  using home = await initialisedHome();
  const { machine } = await keyringOf(home.folder);
  chownSync(home.at(MACHINE_KEY), 12345, 12345);
  const state = await readMachineKey(home.folder, machine.id);
  expect(state).toMatchObject({ at: "badly-owned", uid: 12345, expected: 0 });
  expect("identity" in state).toBe(false);
  expect(said(state)).toContain(`chown 0 "${home.at(MACHINE_KEY)}" && chmod 600`);

  chownSync(home.home.root, 12345, 12345);
  expect((await readMachineKey(home.folder, machine.id)).at).toBe("present");
});

test("unreadable: says who we are and what the system answered", async () => {
  using home = await initialisedHome();
  const { machine } = await keyringOf(home.folder);
  const found = isRoot ? await readAsNobody(home.home.root) : await readWithoutPermission(home.at(MACHINE_KEY));
  expect(found).toMatchObject({ at: "unreadable", errno: "EACCES", user: expect.stringContaining("uid") });
  expect(found.trouble?.because).toContain("permission denied (EACCES)");
  expect(found.trouble?.remedy).toContain(`chown ${process.geteuid?.()} "${home.at(MACHINE_KEY)}"`);

  interface Seen {
    readonly at: string;
    readonly trouble?: { readonly because: string; readonly remedy: string };
  }

  async function readWithoutPermission(path: string): Promise<Seen> {
    chmodSync(path, 0);
    return readMachineKey(home.folder, machine.id);
  }

  /** Root reads everything, so another user looks. */
  async function readAsNobody(root: string): Promise<Seen> {
    chmodSync(root, 0o755);
    chmodSync(home.folder.path, 0o755);
    const program = `
      import { nodeKeyFolder } from ${JSON.stringify(`${import.meta.dir}/node-key-folder.ts`)};
      import { readMachineKey } from ${JSON.stringify(`${import.meta.dir}/machine-key.ts`)};
      const folder = nodeKeyFolder({ root: ${JSON.stringify(root)}, from: "--home" });
      console.log(JSON.stringify(await readMachineKey(folder, "machine-00000000")));`;
    const child = Bun.spawn([process.execPath, "-e", program], { uid: 65534, gid: 65534, cwd: root, stderr: "pipe" });
    const [out, error] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    if (out === "") throw new Error(error);
    return JSON.parse(out);
  }
});

test("unreadable: a folder or a pipe under the name does not make us wait", async () => {
  using home = testHome();
  mkdirSync(home.at(MACHINE_KEY), { recursive: true });
  expect(await readMachineKey(home.folder, undefined)).toMatchObject({ at: "unreadable", errno: "EISDIR" });
  rmSync(home.at(MACHINE_KEY), { recursive: true });
  expect(Bun.spawnSync(["mkfifo", home.at(MACHINE_KEY)]).exitCode).toBe(0);
  expect(await readMachineKey(home.folder, undefined)).toMatchObject({ at: "unreadable", errno: "ENXIO" });
});

test("a symbolic link is followed, as container secrets need", async () => {
  using home = await initialisedHome();
  const text = readFileSync(home.at(MACHINE_KEY), "utf8");
  rmSync(home.at(MACHINE_KEY));
  writeFileSync(home.at("elsewhere"), text, { mode: 0o600 });
  symlinkSync(home.at("elsewhere"), home.at(MACHINE_KEY));
  expect((await readMachineKey(home.folder, undefined)).at).toBe("present");
});

test("a key file never takes the place of another", async () => {
  using home = await initialisedHome();
  const before = readFileSync(home.at(MACHINE_KEY), "utf8");
  const written = writeMachineKey(home.folder, MACHINE_KEY, await Identity.generate("machine"), 0);
  expect(written).toMatchObject({
    ok: false,
    error: { because: expect.stringContaining("the name is taken (EEXIST)") },
  });
  expect(readFileSync(home.at(MACHINE_KEY), "utf8")).toBe(before);
});

function said(state: Awaited<ReturnType<typeof readMachineKey>>): string {
  const trouble = troubleOf(state);
  return trouble === undefined ? "" : sentence(trouble);
}
