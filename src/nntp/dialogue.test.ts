import { expect, test } from "bun:test";
import { answer } from "./dialogue.ts";

const say = (text: string) => answer({ kind: "line", text });

test("capabilities claim only what is there", () => {
  expect(say("capabilities").reply).toBe("101 What is there so far\r\nVERSION 2\r\nIMPLEMENTATION inetsrv\r\n.\r\n");
  expect(say("GROUP misc.test").reply).toStartWith("503 ");
});

test("DATE is in the form of RFC 3977 §7.1, QUIT closes, the rest is unknown", () => {
  expect(say("DATE").reply).toMatch(/^111 \d{14}\r\n$/);
  expect(say("QUIT").close).toBe(true);
  expect(say("FROB").reply).toStartWith("500 ");
  expect(answer({ kind: "overlong" }).reply).toStartWith("501 ");
});
