import { expect, test } from "bun:test";
import type { BadmailDetails, BadmailList } from "../../supervisor/operations/badmail-answers.ts";
import { START_MS } from "../testing/fake-world.ts";
import { run } from "../testing/run.ts";

const about = {
  id: "dc4q",
  kind: "undeliverable-report" as const,
  atMs: START_MS,
  reason: "The receiver said: 550 No such user.",
  sender: "",
  recipients: ["a@b.example", "c@b.example", "d@b.example", "e@b.example"],
};
const entry = { id: "dc4q", sizeBytes: 2048, atMs: START_MS, about };

test("bad mail is listed with its reason, also where nothing is known of it", async () => {
  const list: BadmailList = {
    folder: "Badmail",
    entries: [entry, { ...entry, id: "OLD", about: null }],
    messages: 2,
    sizeBytes: 4096,
  };
  const { out } = await run("mail badmail list --site default", { answers: { "badmail.list": list } });
  const lines = out.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "when").split("\n");
  expect(lines[1]).toBe(
    "dc4q  when  2.0 KiB  <>      a@b.example, c@b.example, d@b.example and 1 more  The receiver said: 550 No such user.",
  );
  expect(lines[2]).toEndWith("nothing is known of it");
  expect(lines[4]).toBe("2 messages, 4.0 KiB, in Badmail");
});

test("one of them is shown with its reason and its beginning, and does no harm to the screen", async () => {
  const details: BadmailDetails = { ...entry, reason: "Unable\r\nto\r\n", beginning: "From: <>\r\n\r\n\u001b[2J" };
  const { out } = await run("mail badmail show dc4q", { answers: { "badmail.show": details } });
  expect(out).toBe("dc4q\n\nUnable\nto\n\nHow the message begins:\nFrom: <>\n\n\\x1b[2J\n");
});

test("it is sent again at a word, and deleted only when that is meant", async () => {
  const answers = { "badmail.resend": { folder: "Pickup", file: "resent-dc4q.eml" }, "badmail.delete": { id: "dc4q" } };
  expect((await run("mail badmail resend dc4q", { answers })).out).toContain("It lies in Pickup as resent-dc4q.eml");
  expect((await run("mail badmail delete dc4q", { answers })).code).toBe(2);
  const no = await run("mail badmail delete dc4q", { answers, typed: ["no"] });
  expect([no.code, no.program.calls]).toEqual([0, []]);
  expect((await run("mail badmail delete dc4q --yes", { answers })).out).toBe("dc4q is deleted.\n");
});
