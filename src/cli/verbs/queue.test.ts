import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Found, MailFound, QueuePage, Story, SummaryRow } from "../../supervisor/operations/queue-answers.ts";
import { refused } from "../testing/fake-program.ts";
import { START_MS } from "../testing/fake-world.ts";
import { run } from "../testing/run.ts";

const MINUTE_MS = 60_000;
const message: Found["message"] = {
  id: "dc4qhmp99yn4rhpk",
  receivedMs: START_MS - 90 * MINUTE_MS,
  envelope: { sender: "erp@plant.example", ret: null, envid: null, smtpUtf8: false, bodyKind: "7bit" },
  source: { site: "smtp/sites/default", by: "pickup", client: "", account: null, trace: null },
  facts: { file: "a.eml", subject: "\u001b[2JHi", none: null },
  sizeBytes: 2048,
  leftMs: null,
};
const found = (more: Partial<Found> = {}): Found => ({
  index: 0,
  address: "anna@example.org",
  destination: "example.org",
  status: "queued",
  dueMs: START_MS + 10 * MINUTE_MS,
  attempts: 2,
  reply: "451 4.7.1 Greylisted",
  notify: null,
  orcpt: null,
  delayTold: false,
  uncertain: false,
  message,
  ...more,
});
const page = (some: readonly Found[], recipients = some.length): QueuePage => ({
  found: some,
  next: null,
  count: { messages: recipients, recipients, busy: 0 },
});
const moments = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "YYYY-MM-DD hh:mm:ss");

describe("what is shown", () => {
  test("a list tells how old, how it stands, and what was answered", async () => {
    const answers = { "queue.find": page([found(), found({ address: "bert@example.org", status: "held" })], 7) };
    const { code, out, program } = await run("queue list --older-than 1h --sender erp@*", { answers, width: 130 });
    expect(code).toBe(0);
    expect(program.calls[0]?.given).toEqual({ olderThan: "1h", sender: "erp@*" });
    expect(out).toBe(
      `Message              Age     Size  Sender             Recipient         State   Tried  Next    Last answer
dc4qhmp99yn4rhpk  1h 30m  2.0 KiB  erp@plant.example  anna@example.org  queued      2  in 10m  451 4.7.1 Greylisted
dc4qhmp99yn4rhpk  1h 30m  2.0 KiB  erp@plant.example  bert@example.org  held        2          451 4.7.1 Greylisted

The first 2 recipients of 7 messages to 7 recipients.
`,
    );
  });

  test("what fits no line leaves columns out, and never a message", async () => {
    const answers = { "queue.find": page([found()]) };
    const { out } = await run("queue list", { answers, width: 60 });
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    expect(out).toContain("dc4qhmp99yn4rhpk");
  });

  test("a summary has one line for each destination, the longest queue first", async () => {
    const row = (destination: string, status: SummaryRow["status"], recipients: number): SummaryRow => ({
      destination,
      status,
      recipients,
      nextMs: START_MS - 1,
    });
    const answers = { "queue.summary": [row("a", "queued", 2), row("b", "queued", 3), row("a", "held", 1)] };
    expect((await run("queue summary", { answers })).out).toBe(
      `Destination  Waiting  Being tried  Held  Next
b                  3            0     0  now
a                  2            0     1  now

6 recipients, 2 destinations.
`,
    );
    expect((await run("queue summary", { answers: { "queue.summary": [] } })).out).toBe("The mail queue is empty.\n");
  });

  const story: Story = {
    message,
    recipients: [found({ status: "failed", uncertain: true })],
    more: 0,
    happenings: [{ recipient: 0, atMs: START_MS, what: "failed", who: "mx [192.0.2.1]:25", text: "550 No such user" }],
  };
  const list: MailFound = {
    messages: [
      { ...message, recipients: 5, some: ["a@b", "c@d", "e@f"] },
      { ...message, recipients: 1, some: ["a@b"] },
    ],
    more: false,
  };

  test("one message that fits is told as its story, several as a list, none with the way to it", async () => {
    const one = { "mail.find": { ...list, messages: list.messages.slice(0, 1) }, "mail.story": story };
    const told = moments((await run("mail find anna", { answers: one, width: 100 })).out);
    expect(told).toContain("Received  YYYY-MM-DD hh:mm:ss by the pickup folder\n");
    expect(told).toContain("subject   \\x1b[2JHi\n");
    expect(told).toContain("failed, may have arrived");
    expect(told).toContain("failed    mx [192.0.2.1]:25  550 No such user");
    const several = await run("mail find anna", { answers: { "mail.find": list } });
    expect(several.out).toContain("a@b, c@d, e@f and 2 more");
    const none = await run("mail find anna", { answers: { "mail.find": { messages: [], more: false } } });
    expect([none.code, none.err]).toEqual([4, expect.stringContaining("inetsrv mail badmail list")]);
  });
});

describe("what is ordered", () => {
  const done = { messages: 7, recipients: 7, busy: 1 };
  const answers = { "queue.find": page([found()], 7), "queue.order": done };
  const asked = (calls: readonly { readonly operation: string }[]) => calls.map((it) => it.operation);

  test("of many it shows some first, and does nothing unless it is said to be meant", async () => {
    const unsaid = await run("queue delete --domain example.org", { answers });
    expect([unsaid.code, asked(unsaid.program.calls)]).toEqual([2, ["queue.find"]]);
    expect(unsaid.err).toContain("dc4qhmp99yn4rhpk");
    expect(unsaid.err).toContain("It would delete 7 messages to 7 recipients");
    const no = await run("queue delete --domain example.org", { answers, typed: ["no"] });
    expect([no.code, asked(no.program.calls)]).toEqual([0, ["queue.find"]]);
    const yes = await run("queue delete --domain example.org", { answers, typed: ["yes"] });
    expect(asked(yes.program.calls)).toEqual(["queue.find", "queue.order"]);
    const said = await run("queue delete --domain example.org --yes", { answers });
    expect(said.out).toBe(
      "Deleted: 7 messages to 7 recipients.\nBeing tried at this moment: 1 recipient, for whom it holds when that has ended.\n",
    );
  });

  test("of one message that is named it is done at once", async () => {
    const one = { "queue.find": page([found()]), "queue.order": { messages: 1, recipients: 1, busy: 0 } };
    const { code, program } = await run("queue hold dc4qhmp99yn4rhpk", { answers: one });
    expect(code).toBe(0);
    expect(program.calls[1]?.given).toMatchObject({ what: "hold", id: "dc4qhmp99yn4rhpk", status: "queued" });
  });

  test("nothing is meant by what was left out", async () => {
    for (const words of ["queue delete", "queue retry --yes", "queue reroute backup", "queue export out"])
      expect((await run(words, { answers })).code).toBe(2);
    const { program } = await run("queue reroute backup --all --yes", { answers });
    expect(program.calls[1]?.given).toMatchObject({ what: "reroute", route: "backup", all: "yes" });
  });

  test("nothing fits, and that is no failure", async () => {
    const { code, out } = await run("queue hold --all", { answers: { "queue.find": page([]) } });
    expect([code, out]).toEqual([0, "No mail in the queue fits.\n"]);
  });
});

test("an export writes each message in pieces, and leaves out what has left meanwhile", async () => {
  const folder = mkdtempSync(join(tmpdir(), "export-"));
  const text = "Subject: x\r\n\r\nHello\r\n";
  const gone = found({ message: { ...message, id: "gone" } });
  const answers = {
    "queue.find": page([found(), found({ address: "bert@example.org" }), gone]),
    "queue.piece": ({ id, from = 0 }: { readonly id?: unknown; readonly from?: unknown }) =>
      id === "gone"
        ? undefined
        : {
            sizeBytes: text.length,
            base64: Buffer.from(text.slice(Number(from), Number(from) + 7)).toString("base64"),
          },
  };
  const { code, out } = await run(["queue", "export", folder, "--all"], { answers });
  expect([code, out]).toEqual([0, `1 message written to ${folder}.\n`]);
  expect(readdirSync(folder)).toEqual(["dc4qhmp99yn4rhpk.eml"]);
  expect(readFileSync(join(folder, "dc4qhmp99yn4rhpk.eml"), "utf8")).toBe(
    `x-sender: erp@plant.example\r\nx-receiver: anna@example.org\r\nx-receiver: bert@example.org\r\n${text}`,
  );
  rmSync(folder, { recursive: true });
});

test("an export goes on behind a message that cannot be read, and names it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "export-"));
  const lost = found({ message: { ...message, id: "aaaaaaaaaaaaaaaa" } });
  const sentence = "Cannot read message aaaaaaaaaaaaaaaa: there is no such file";
  const answers = {
    "queue.find": page([lost, found()]),
    "queue.piece": ({ id }: { readonly id?: unknown }) =>
      id === lost.message.id
        ? refused({ reason: "unavailable", sentence, problems: [] })
        : { sizeBytes: 2, base64: Buffer.from("x\n").toString("base64") },
  };
  const { code, out } = await run(["queue", "export", folder, "--all", "--json"], { answers });
  expect(code).toBe(6);
  expect(JSON.parse(out)).toEqual({ folder, messages: 1, leftOut: [{ id: lost.message.id, because: sentence }] });
  expect(readdirSync(folder)).toEqual(["dc4qhmp99yn4rhpk.eml"]);
  rmSync(folder, { recursive: true });
});
