import { expect, test } from "bun:test";
import { bad } from "../../base/result.ts";
import { replyText } from "../../proto/smtp/reply.ts";
import { trouble } from "../../spool/trouble.ts";
import { Rig } from "./testing/rig.ts";
import { turnQueue } from "./turn-queue.ts";

const domains = { "away.example": { type: "remote", relay: true }, "*.away.example": { type: "remote", relay: true } };

async function rig() {
  const rig = new Rig({ domains, settings: { offers: ["ETRN"] } });
  const talk = rig.session();
  const mail = async (to: string) =>
    talk.say("EHLO x", "MAIL FROM:<a@b.example>", `RCPT TO:<${to}>`, "DATA", "Subject: a", "", ".");
  for (const to of ["x@away.example", "y@away.example", "z@sub.away.example", "ada@example.org"]) await mail(to);
  return { rig, talk };
}

test("a server that was away gets what waits for it, with what is below it when it says so", async () => {
  const { talk, rig: it } = await rig();
  expect(await talk.say("ETRN away.example")).toStartWith(
    "253 2.0.0 OK, 2 pending messages for node away.example started",
  );
  expect(await talk.say("ETRN @away.example")).toStartWith("253 2.0.0 OK, 3 pending messages");
  expect(await talk.say("ETRN nothing.away.example")).toStartWith("251 2.0.0 ");
  const [first] = await it.queued();
  const story = await it.spool.story(first?.message.id ?? "");
  expect(story.ok && story.value?.happenings.at(-1)).toMatchObject({ what: "retry", who: "ETRN from 192.0.2.1" });
});

test("for domains that the site does not name nobody may ask, nor for queues by name", async () => {
  const { talk } = await rig();
  for (const node of ["example.org", "else.example", "@else.example", "#queue"])
    expect(await talk.say(`ETRN ${node}`)).toStartWith("459 5.7.1 ");
});

test("a site that does not offer it does not know it", async () => {
  expect(await new Rig({ domains }).session().say("EHLO x", "ETRN away.example")).toContain("502 5.5.1 ");
});

test("a spool in trouble is told as such", async () => {
  const { rig: it } = await rig();
  const spool = { order: async () => bad(trouble("failed", "told so")) };
  const reply = await turnQueue("away.example", { spool, domains: it.site.domains, clock: it.clock, address: "::1" });
  expect(replyText(reply)).toStartWith("458 4.3.0 ");
});
