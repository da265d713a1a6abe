import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { expectGood } from "../base/result.ts";
import { Identity, isKeyId, keyId } from "./identity.ts";

test("an id is the role and the first eight digits of the hash of the public half", () => {
  const digits = createHash("sha256").update("age1example").digest("hex").slice(0, 8);
  expect(keyId("machine", "age1example")).toBe(`machine-${digits}`);
  expect(isKeyId(keyId("recovery", "age1example"))).toBe(true);
  expect(isKeyId("machine-0123456")).toBe(false);
  expect(isKeyId("other-01234567")).toBe(false);
});

test("what was revealed is parsed back to the same key, with comments and blanks around it", async () => {
  const made = await Identity.generate("recovery");
  const read = expectGood(await Identity.parse("recovery", `# a comment\r\n\n  ${made.reveal()}\r\n\n`));
  expect([read.id, read.recipient, read.reveal()]).toEqual([made.id, made.recipient, made.reveal()]);
});

test("every text that is not one key says why, without quoting it", async () => {
  const secret = (await Identity.generate("machine")).reveal();
  const last = secret.endsWith("Q") ? "P" : "Q";
  const wrong = {
    "": "it holds no key line",
    "# only a comment\n": "it holds no key line",
    [`${secret}\n${secret}`]: "it holds more than one key line",
    [secret.slice(0, 40)]: "its key line is not an age secret key",
    [secret.slice(0, -1) + last]: "the checksum of its key line is wrong",
  };
  for (const [text, reason] of Object.entries(wrong))
    expect(await Identity.parse("machine", text)).toEqual({ ok: false, error: reason });
});

test("printing a key shows its public side only", async () => {
  const made = await Identity.generate("machine");
  for (const printed of [JSON.stringify(made), Bun.inspect(made), String(made), `${Object.values(made)}`])
    expect(printed).not.toContain("AGE-SECRET-KEY");
  expect(JSON.parse(JSON.stringify(made))).toEqual({ id: made.id, recipient: made.recipient });
});
