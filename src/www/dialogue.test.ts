import { expect, test } from "bun:test";
import { usualLimits } from "../net/line/line-dialogue.ts";
import { WwwDialogue } from "./dialogue.ts";

/** A connection on which only this host is known. */
const dialogue = (secured = false, host = "a.example") => {
  const site = { serve() {}, turnAway() {} };
  const facts = {
    protocol: "",
    cipher: "",
    serverName: "",
    alpn: "",
    clientName: "",
    clientFingerprint: "",
    resumed: false,
  };
  const moveTo = (name: string) => (name === host ? site : undefined);
  return new WwwDialogue({ moveTo, secured: secured ? facts : undefined }, usualLimits);
};

const ask = (...lines: readonly string[]) => {
  const it = dialogue();
  return lines.map((text) => it.answer({ kind: "line", text }));
};

test("a request is answered after its head, and the connection stays", () => {
  const [first, second, last] = ask("GET / HTTP/1.1", "Host: a.example:8080", "");
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
  expect(dialogue().answer({ kind: "bare-lf", text: "GET / HTTP/1.1" }).close).toBe(true);
});

test("a connection that is to end still answers the request that is on its way, as its last one", () => {
  const ending = dialogue();
  const say = (text: string) => ending.answer({ kind: "line", text });
  expect(ending.finish()).toBe("soon");
  say("GET / HTTP/1.1");
  const last = say("");
  expect(last.reply).toContain("Connection: close");
  expect(last.close).toBe(true);
  const kept = dialogue();
  for (const text of ["GET / HTTP/1.1", ""]) kept.answer({ kind: "line", text });
  expect(kept.finish()).toBe("now");
});

test("a host that nobody has is refused, under TLS so that the client comes again, and so is a header that is none", () => {
  const reply = (secured: boolean, host: string) => {
    const it = dialogue(secured);
    return ["GET / HTTP/1.1", host, ""].map((text) => it.answer({ kind: "line", text }).reply).join("");
  };
  expect(reply(false, "Host: b.example")).toStartWith("HTTP/1.1 400 ");
  expect(reply(true, "Host: b.example")).toStartWith("HTTP/1.1 421 Misdirected Request\r\n");
  expect(reply(true, "Host: a.example")).toStartWith("HTTP/1.1 503 ");
  for (const host of ["Host: a b", "Host: a,b", "Host: [x", "Host: a:b"])
    expect(reply(false, host)).toStartWith("HTTP/1.1 400 ");
  expect(ask("GET / HTTP/1.1", "Host: a.example", "host: a.example").at(-1)?.reply).toStartWith("HTTP/1.1 400 ");
});
