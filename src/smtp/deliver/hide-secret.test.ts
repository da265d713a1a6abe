import { expect, test } from "bun:test";
import { fromServer, heardText } from "../../proto/smtp/client/talk.ts";
import { withoutSecret } from "./hide-secret.ts";

const login = { account: "anna", password: "hunter2" };
const base64 = (text: string) => Buffer.from(text).toString("base64");
const hear = (code: number, ...lines: readonly string[]) =>
  heardText(withoutSecret(fromServer({ code, lines }), login));

test("a server that repeats a login does not make its password known", () => {
  expect(hear(500, `No command: AUTH PLAIN ${base64("\0anna\0hunter2")}`)).toBe("500 No command: AUTH PLAIN ***");
  expect(hear(535, "Wrong", `${base64("hunter2")} is not hunter2`)).toBe("535 Wrong *** is not ***");
});

test("what a login goes on with stays as it is", () => {
  expect(hear(334, base64("hunter2"))).toBe(`334 ${base64("hunter2")}`);
  const heard = fromServer({ code: 550, lines: ["No"] });
  expect(withoutSecret(heard, undefined)).toBe(heard);
  expect(withoutSecret(heard, { account: "anna", password: "" })).toBe(heard);
});
