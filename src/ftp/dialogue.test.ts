import { expect, test } from "bun:test";
import { answer, greeting } from "./dialogue.ts";

const say = (text: string) => answer({ kind: "line", text });

test("nobody can log in yet, and nothing goes without", () => {
  expect(say("USER anonymous").reply).toStartWith("530 ");
  expect(say("RETR x").reply).toStartWith("530 ");
  expect(say("AUTH TLS").reply).toStartWith("502 ");
});

test("QUIT closes, NOOP is answered, the rest is unknown", () => {
  expect(say("quit").close).toBe(true);
  expect(say("NOOP").reply).toBe("200 Done\r\n");
  expect(say("FROB").reply).toStartWith("500 ");
});

test("a greeting goes out as UTF-8", () => {
  expect(Buffer.from(greeting("Grüß Gott"), "latin1").toString("utf8")).toStartWith("220 Grüß Gott; ");
});
