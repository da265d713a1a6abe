import { expect, test } from "bun:test";
import { open, type Plan } from "./open.ts";
import { heardText } from "./talk.ts";
import { play, type Script } from "./testing/play.ts";

const plan: Plan = { name: "me.example", plainHello: false, tls: "when-offered", credentials: undefined };
const go = (replies: readonly string[], more: Partial<Plan> = {}, script: Partial<Script> = {}) => {
  const { result, said } = play(open({ ...plan, ...more }), { replies, ...script });
  const outcome =
    result.is === "open" ? { ...result.peer, capabilities: undefined } : `${result.stage}: ${heardText(result.heard)}`;
  return { said, outcome };
};
const plain = { secure: false, mechanism: undefined, capabilities: undefined };
const secure = { ...plain, secure: true };

test("a server is greeted with EHLO, and with HELO where it does not know that", () => {
  expect(go(["220 hi", "250 mx"])).toEqual({ said: ["EHLO me.example"], outcome: plain });
  for (const unknown of ["500 what", "502 no", "501 no", "550 no"])
    expect(go(["220 hi", unknown, "250 mx"])).toEqual({ said: ["EHLO me.example", "HELO me.example"], outcome: plain });
  expect(go(["220 hi", "250 mx"], { plainHello: true }).said).toEqual(["HELO me.example"]);
});

test("who does not greet, or greets badly, is told with its words", () => {
  expect(go(["554 5.7.1 We do not want you"])).toEqual({ said: [], outcome: "greeting: 554 5.7.1 We do not want you" });
  expect(go(["421 busy"]).outcome).toBe("greeting: 421 busy");
  expect(go([]).outcome).toBe("greeting: The connection is gone");
  expect(go(["SSH-2.0-x"]).outcome).toContain("greeting: The server sent what is no reply");
  expect(go(["220 hi", "421 busy"])).toEqual({ said: ["EHLO me.example"], outcome: "hello: 421 busy" });
  expect(go(["220 hi", "500 x", "550 no"]).outcome).toBe("hello: 550 no");
});

const offer = "250-mx\r\n250 STARTTLS";

test("TLS is begun where it is offered, and EHLO is said again: RFC 3207 §4.2", () => {
  expect(go(["220 hi", offer, "220 go", "250 mx"])).toEqual({
    said: ["EHLO me.example", "STARTTLS", "<tls>", "EHLO me.example"],
    outcome: secure,
  });
  const { result } = play(open(plan), {
    replies: ["220 hi", `250-mx\r\n250-SIZE 5\r\n250 STARTTLS`, "220 go", "250-mx\r\n250 DSN"],
  });
  if (result.is !== "open") throw new Error("not open");
  expect([...result.peer.capabilities.words.keys()]).toEqual(["DSN"]);
  expect(go(["220 hi", offer], { tls: "never" })).toEqual({ said: ["EHLO me.example"], outcome: plain });
  expect(go(["220 hi", offer], { tls: "begun" })).toEqual({ said: ["EHLO me.example"], outcome: secure });
});

test("where TLS is wished for, its refusal is borne; where it is required, it is not", () => {
  expect(go(["220 hi", offer, "454 no"]).outcome).toEqual(plain);
  expect(go(["220 hi", offer, "454 no"], { tls: "required" }).outcome).toBe("secure: 454 no");
  expect(go(["220 hi", "250 mx"], { tls: "required" }).outcome).toBe("secure: The server does not offer STARTTLS");
  expect(go(["220 hi", "500 x", "250 mx"], { tls: "required" }).outcome).toBe(
    "secure: The server does not offer STARTTLS",
  );
  expect(go(["220 hi", offer, "421 bye"]).outcome).toBe("secure: 421 bye");
});

test("after a handshake that failed nothing more is said", () => {
  const failing = { tls: "The certificate has expired" };
  expect(go(["220 hi", offer, "220 go"], {}, failing)).toEqual({
    said: ["EHLO me.example", "STARTTLS", "<tls>"],
    outcome: "secure: The certificate has expired",
  });
});
