import { expect, test } from "bun:test";
import { answer } from "./dialogue.ts";

const say = (text: string) => answer({ kind: "line", text }, "mail.example");

test("mail is refused for now, so that its sender keeps it", () => {
  expect(say("EHLO me").reply).toStartWith("250-mail.example\r\n");
  expect(say("mail from:<a@b>").reply).toStartWith("451 4.3.2 ");
  expect(say("RCPT TO:<a@b>").reply).toStartWith("503 ");
});

test("QUIT closes, unknown commands and bad lines do not", () => {
  expect(say("quit").close).toBe(true);
  expect(say("XYZ")).toEqual({ reply: "500 5.5.1 Unknown command\r\n" });
  expect(answer({ kind: "bare-lf", text: "QUIT" }, "x").reply).toStartWith("500 5.5.2 ");
  expect(say("toString").reply).toStartWith("500 ");
});
