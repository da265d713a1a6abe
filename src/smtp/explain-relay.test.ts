import { expect, test } from "bun:test";
import type { JsonObject } from "../base/json.ts";
import type { RelayQuestion } from "../proto/smtp/relay-question.ts";
import { explainAt } from "./explain-relay.ts";

const question = (more: Partial<RelayQuestion>): RelayQuestion => ({
  from: "a@b.example",
  to: "c@d.example",
  ip: "192.0.2.7",
  account: undefined,
  certificate: undefined,
  ...more,
});

const ask = (more: Partial<RelayQuestion>, values: JsonObject = {}) => {
  const site = { name: "default", path: "smtp/sites/default", values, below: {} };
  const answer = explainAt(question(more), site, "mail.example");
  return answer.ok ? answer.value : answer.error;
};

test("the last row decides, and the place in the queue is told", () => {
  expect(ask({}, { relay: ["relay 192.0.2.0/24"] })).toMatchObject({
    accepted: true,
    reply: "250 2.1.5 Recipient accepted",
    destination: "d.example",
    consulted: expect.arrayContaining([
      { row: "relay rules", says: "accepted", because: "rule 1 is relay 192.0.2.0/24" },
    ]),
  });
  expect(ask({ to: "fred" })).toMatchObject({ accepted: true, destination: "local:mail.example" });
  expect(ask({})).toMatchObject({
    accepted: false,
    destination: null,
    reply: "550 5.7.1 Unable to relay for c@d.example",
  });
});

test("who may not even connect hears of nothing else", () => {
  const answer = ask({}, { access: ["deny 192.0.2.0/24"], relay: ["relay *"] });
  expect(answer).toMatchObject({
    accepted: false,
    consulted: [{ row: "access", says: "refused", because: "rule 1 is deny 192.0.2.0/24" }],
  });
});

test("addresses are read as the site reads them, and what is none is told", () => {
  expect(ask({ from: "", to: "<postmaster>" })).toMatchObject({ accepted: true });
  expect(ask({ to: "a@b@c" })).toBe("The recipient a@b@c is no address: what stands behind the @ is no domain");
  expect(ask({ from: "a b@c" })).toContain("The sender a b@c is no address");
});
