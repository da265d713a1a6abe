import { expect, test } from "bun:test";
import { Rig } from "./testing/rig.ts";

const settings = { relay: ["relay *"] };

/** What the queue has of a message with these words of MAIL and RCPT, and this text. */
async function queued(mail: string, recipients: readonly string[], ...text: readonly string[]) {
  const rig = new Rig({ settings });
  const rcpt = recipients.map((it) => `RCPT TO:${it}`);
  await rig.session().say("EHLO p", `MAIL FROM:${mail}`, ...rcpt, "DATA", ...text, ".");
  return rig.queued();
}

test("what is asked of notices goes on as it was sent", async () => {
  const [one, two, three] = await queued("<a@b.example> RET=HDRS ENVID=q+2B1", [
    "<c@d.example> NOTIFY=NEVER",
    "<e@d.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+2By@d.example",
    "<f@d.example>",
  ]);
  expect(one?.message.envelope).toMatchObject({ ret: "headers", envid: "q+2B1" });
  expect([one?.notify, two?.notify, three?.notify]).toEqual(["NEVER", "SUCCESS,DELAY", null]);
  expect([one?.orcpt, two?.orcpt]).toEqual([null, "rfc822;x+2By@d.example"]);
});

test("an original recipient that is not ASCII keeps its own coding", async () => {
  const [found] = await queued("<a@b.example> SMTPUTF8", ["<j@d.example> ORCPT=utf-8;j\\x{FC}@d.example"]);
  expect(found?.orcpt).toBe("utf-8;j\\x{FC}@d.example");
});

test("who is named twice gets it once, in whatever spelling the domain comes", async () => {
  const found = await queued("<a@b.example>", ["<c@d.example>", "<c@D.example> NOTIFY=NEVER", "<C@d.example>"]);
  expect(found.map((it) => [it.address, it.notify])).toEqual([
    ["c@d.example", null],
    ["C@d.example", null],
  ]);
});

test("a null sender stays one, and nobody gives it a domain", async () => {
  const [found] = await queued("<>", ["<c@d.example>"]);
  expect(found?.message.envelope.sender).toBe("");
});

test("what is sent with eight bits is so whatever was declared, and what was declared holds otherwise", async () => {
  const kind = async (mail: string, text: string) =>
    (await queued(mail, ["<c@d.example>"], "", text))[0]?.message.envelope.bodyKind;
  expect(await kind("<a@b.example>", "grün")).toBe("8bitmime");
  expect(await kind("<a@b.example>", "green")).toBe("7bit");
  expect(await kind("<a@b.example> BODY=8BITMIME", "green")).toBe("8bitmime");
});

test("what calls itself bulk is never before people's letters", async () => {
  const rig = new Rig({ settings });
  const talk = rig.session();
  await talk.say("EHLO p");
  for (const precedence of ["list", "first-class"])
    await talk.say("MAIL FROM:<a@b>", "RCPT TO:<c@d.example>", "DATA", `Precedence: ${precedence}`, "", ".");
  const wish = { nowMs: rig.clock.wallMs(), messagesMax: 2, perDestinationMax: 2, recipientsMax: 10 };
  const claimed = await rig.spool.claim(wish);
  const order = claimed.ok ? claimed.value.claims.map((it) => it.id) : [];
  const received = (await rig.queued()).map((it) => it.message.id);
  expect(order).toEqual(received.toReversed());
});

test("a subject is known as people read it, whatever it was encoded in, and found by that", async () => {
  const rig = new Rig({ settings });
  const talk = rig.session();
  await talk.say("EHLO p", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA");
  await talk.say("Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus?= =?iso-8859-1?Q?_K=F6ln?=: 4711", "", ".");
  const found = await rig.spool.find({ facts: "Grüße aus Köln" }, { limit: 1 });
  expect(found.ok && found.value[0]?.message.facts.subject).toBe("Grüße aus Köln: 4711");
});

test("of a subject without end as much is kept as anybody looks for", async () => {
  const words = Array.from({ length: 900 }, () => ` =?UTF-8?B?${"4oKs".repeat(15)}?=`);
  const [found] = await queued("<a@b.example>", ["<c@d.example>"], "Subject:", ...words, "");
  expect(found?.message.facts.subject).toBe("€".repeat(500));
});
