import { expect, test } from "bun:test";
import { conversation } from "./dialogue.ts";

const ask = (...lines: readonly string[]) => {
  const { answer } = conversation();
  return lines.map((text) => answer({ kind: "line", text }));
};

test("a request is answered after its head, and the connection stays", () => {
  const [first, second, last] = ask("GET / HTTP/1.1", "Host: a", "");
  expect([first?.reply, second?.reply]).toEqual(["", ""]);
  expect(last?.reply).toStartWith("HTTP/1.1 503 ");
  expect(last?.reply).toEndWith("serves no pages yet.\n");
  expect(last?.close).toBe(false);
});

test("HEAD gets no body; HTTP/1.0, a body or a wish to close end the connection", () => {
  expect(ask("HEAD / HTTP/1.1", "").at(-1)?.reply).toEndWith("\r\n\r\n");
  expect(ask("GET / HTTP/1.0", "").at(-1)?.close).toBe(true);
  expect(ask("POST / HTTP/1.1", "Content-Length: 5", "").at(-1)?.close).toBe(true);
  expect(ask("POST / HTTP/1.1", "Content-Length: 0", "").at(-1)?.close).toBe(false);
  expect(ask("GET / HTTP/1.1", "Connection: x, close", "").at(-1)?.close).toBe(true);
});

test("what is no request is refused", () => {
  for (const text of ["GET /", "GET  / HTTP/1.1", "GET / HTTP/2.0", "(x) / HTTP/1.1", "x"])
    expect(ask(text).at(-1)?.reply).toStartWith("HTTP/1.1 400 ");
  expect(conversation().answer({ kind: "bare-lf", text: "GET / HTTP/1.1" }).close).toBe(true);
});

test("a connection that is to end still answers the request that is on its way, as its last one", () => {
  const { answer, finish } = conversation();
  const say = (text: string) => answer({ kind: "line", text });
  expect(finish()).toBe("soon");
  say("GET / HTTP/1.1");
  const last = say("");
  expect(last.reply).toContain("Connection: close");
  expect(last.close).toBe(true);
  const kept = conversation();
  for (const text of ["GET / HTTP/1.1", ""]) kept.answer({ kind: "line", text });
  expect(kept.finish()).toBe("now");
});
