import { expect, test } from "bun:test";
import { about, fault } from "../../base/fault.ts";
import type { KeyStatus } from "../../seal/status.ts";
import { START_MS } from "../testing/fake-world.ts";
import { run } from "../testing/run.ts";

const unopened = fault(
  about("secret", "smtp/sites/default/smartHostPassword"),
  "Cannot open smtp/sites/default/smartHostPassword",
  "it is sealed to machine-99999999",
  "inetsrv keys recover",
);
const status: KeyStatus = {
  folder: "keys",
  keyring: "present",
  machine: { id: "machine-0123abcd", recipient: "age1x", createdMs: START_MS },
  recovery: { id: "recovery-0123abcd", recipient: "age1y", createdMs: START_MS },
  former: [],
  files: [{ name: "machine.key", at: "present", id: "machine-0123abcd", uid: 0, mode: "0600" }],
  secrets: {
    total: 3,
    opened: 2,
    stale: 1,
    sealedTo: [
      { id: "machine-0123abcd", is: "machine key", secrets: 2 },
      { id: "machine-99999999", is: "unknown key", secrets: 1 },
    ],
    unopened: [unopened],
  },
  warnings: [],
};

test("keys status names every secret that cannot be opened and what to type", async () => {
  const { code, out } = await run("keys status", { width: 80, answers: { "keys.status": status } });
  expect(code).toBe(6);
  expect(out.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "YYYY-MM-DD hh:mm:ss")).toBe(`2 of 3 secrets can be opened.
1 secret sealed to older keys: inetsrv keys reseal

Key                Is            Since                Secrets
machine-0123abcd   machine key   YYYY-MM-DD hh:mm:ss        2
recovery-0123abcd  recovery key  YYYY-MM-DD hh:mm:ss        0
machine-99999999   unknown key                              1

File         State    Key               Mode
machine.key  present  machine-0123abcd  0600
in keys

Cannot open smtp/sites/default/smartHostPassword
  it is sealed to machine-99999999
  -> inetsrv keys recover
`);
  const well = { ...status, secrets: { ...status.secrets, opened: 3, stale: 0, unopened: [] } };
  const good = await run("keys status", { answers: { "keys.status": well } });
  expect([good.code, good.out.split("\n")[0]]).toEqual([0, "The keys are right: they open 3 secrets."]);
});

const recovered = { machine: "machine-aaaaaaaa", done: 3, total: 3, unopened: [] };

test("keys recover takes the recovery key from the keyboard or standard input", async () => {
  const answers = { "keys.recover": recovered };
  const typed = await run("keys recover", { typed: ["AGE-SECRET-KEY-1X"], answers });
  expect(typed.world.asked).toEqual(["The recovery key (not shown): (hidden)"]);
  expect(typed.program.calls).toEqual([
    { operation: "keys.recover", given: { who: "alice", recoveryKey: "AGE-SECRET-KEY-1X" } },
  ]);
  expect(typed.out).toBe("The machine key is now machine-aaaaaaaa.\nSealed anew: 3 of 3 secrets.\n");
  const piped = await run("keys recover", { stdin: "AGE-SECRET-KEY-1X\n", answers });
  expect(piped.program.calls).toEqual(typed.program.calls);
});

test("keys recover takes no key from the command line, and does not repeat it", async () => {
  const { code, out, err, program } = await run("keys recover AGE-SECRET-KEY-1X", { stdin: "other" });
  expect(code).toBe(2);
  expect(err).toBe("inetsrv keys recover takes no words\n  Type: inetsrv help keys recover\n");
  expect(out + err).not.toContain("AGE-SECRET");
  expect(program.calls).toEqual([]);
});

test("keys rotate --recovery shows the new recovery key this once", async () => {
  const answers = {
    "keys.rotate": { former: "recovery-0", recoveryKey: "AGE-SECRET-KEY-1NEW", done: 1, total: 1, unopened: [] },
  };
  const { out, program } = await run("keys rotate --recovery", { width: 80, answers });
  expect(program.calls[0]?.given).toEqual({ who: "alice", recovery: true });
  expect(out).toContain(
    "Sealed anew: 1 of 1 secret.\n\nThe recovery key, shown this once and stored nowhere:\n\n  AGE-SECRET-KEY-1NEW\n",
  );
});

test("keys reseal asks for another recovery key only when it is told to", async () => {
  const answers = { "keys.reseal": { done: 0, total: 1, unopened: [unopened] } };
  const plain = await run("keys reseal", { typed: [], answers });
  expect([plain.program.calls[0]?.given, plain.world.asked]).toEqual([{ who: "alice" }, []]);
  expect(plain.out).toContain("These could not be opened and are as they were:\nCannot open smtp/sites");
  const other = await run("keys reseal --recovery-key", { typed: ["K"], answers });
  expect(other.program.calls[0]?.given).toEqual({ who: "alice", recoveryKey: "K" });
});

test("keys export asks for the passphrase twice and prints what is sealed under it", async () => {
  const answers = { "keys.export": { text: "-----BEGIN AGE ENCRYPTED FILE-----\n" } };
  const { out, world, program } = await run("keys export", {
    typed: ["four words by lot", "four words by lot"],
    answers,
  });
  expect(out).toBe("-----BEGIN AGE ENCRYPTED FILE-----\n");
  expect(world.asked).toHaveLength(2);
  expect(program.calls[0]?.given).toEqual({ who: "alice", passphrase: "four words by lot" });
  const twoWays = await run("keys export", { typed: ["one", "two"], answers });
  expect([twoWays.code, twoWays.program.calls]).toEqual([2, []]);
  expect(twoWays.err).toContain("The passphrase was typed in two ways");
});
