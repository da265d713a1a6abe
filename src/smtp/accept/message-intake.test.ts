import { expect, test } from "bun:test";
import fc from "fast-check";
import { bad, good } from "../../base/result.ts";
import { printReply } from "../../proto/smtp/reply.ts";
import { isReply } from "../../proto/smtp/server/ports.ts";
import type { Incoming } from "../../spool/spool.ts";
import { type Trouble, trouble } from "../../spool/trouble.ts";
import { type IntakeOutcome, MessageIntake } from "./message-intake.ts";
import { Rig } from "./testing/rig.ts";

/** A spool whose nth step fails, to be asked with n = 1, 2, 3. */
function failing(on: number, is: Trouble["is"] = "failed") {
  const done: string[] = [];
  let steps = 0;
  const step = <T>(name: string, value: T) => {
    done.push(name);
    return ++steps === on ? bad(trouble(is, "told so")) : good(value);
  };
  const incoming: Incoming = {
    id: "m1",
    sizeBytes: 0,
    write: async () => step("write", undefined),
    commit: async () => step("commit", "m1"),
    abandon: async () => void done.push("abandon"),
  };
  return { done, incoming };
}

const message = {
  envelope: { sender: "", ret: null, envid: null, smtpUtf8: false, bodyKind: "7bit" },
  source: { site: "s", by: "smtp", client: "", account: null, trace: null },
  facts: {},
  priority: "normal",
  recipients: [],
} as const;

function intake(incoming: Incoming) {
  const outcomes: IntakeOutcome["is"][] = [];
  const ended = ({ is }: IntakeOutcome) => void outcomes.push(is);
  const content = new MessageIntake({ incoming, hopsMax: 100, header: (it) => it, message: () => message, ended });
  return { content, outcomes };
}

async function send(incoming: Incoming, ...pieces: readonly string[]) {
  const { content, outcomes } = intake(incoming);
  for (const it of pieces) await content.take(Buffer.from(it));
  const said = await content.commit({ bytes: 1, eightBit: false });
  return { said: isReply(said) ? printReply(said) : `queued ${said.queued}`, outcomes };
}

test("whichever step of the spool fails, nothing is acknowledged and nothing is left", async () => {
  for (const on of [1, 2, 3, 4]) {
    const { incoming, done } = failing(on);
    expect(await send(incoming, "a: b\r\n\r\nfirst", "second")).toMatchObject({
      said: expect.stringMatching(/^451 4\.3\.0 /),
      outcomes: ["trouble"],
    });
    expect(done.at(-1)).toBe("abandon");
  }
  const { incoming, done } = failing(5);
  expect(await send(incoming, "a: b\r\n\r\nfirst", "second")).toEqual({ said: "queued m1", outcomes: ["accepted"] });
  expect(done).toEqual(["write", "write", "write", "commit"]);
});

test("a full disk is told as such, and after a failure no more is written", async () => {
  const { incoming, done } = failing(1, "full");
  expect((await send(incoming, "\r\n", "b", "c")).said).toStartWith("452 4.3.1 ");
  expect(done).toEqual(["write", "abandon"]);
});

test("a header that goes on beyond all measure is refused, and its body not kept", async () => {
  const { incoming, done } = failing(0);
  const field = `x: ${"y".repeat(1000)}\r\n`;
  expect(await send(incoming, field.repeat(300), "more", "\r\n")).toMatchObject({
    said: expect.stringMatching(/^552 5\.3\.4 /),
    outcomes: ["header"],
  });
  expect(done).toEqual(["abandon"]);
});

test("however a message is cut into pieces, the spool has all of it behind the line of ours", async () => {
  const settings = { relay: ["relay *"] };
  const text = fc.array(fc.constantFrom("a: b", " folded", "", "body", ".", "é", "From x"), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 40 }), async (lines, size) => {
      const rig = new Rig({ settings });
      const talk = rig.session();
      await talk.say("EHLO p", "MAIL FROM:<>", "RCPT TO:<ada@example.org>");
      const body = Buffer.from(lines.map((it) => `${it}\r\n`).join(""));
      for (let at = 0; at < body.length; at += size) {
        const piece = body.subarray(at, at + size);
        await talk.send(Buffer.concat([Buffer.from(`BDAT ${piece.length}\r\n`), piece]));
      }
      expect(await talk.say("BDAT 0 LAST")).toContain("250 2.0.0 Queued as ");
      const kept = await rig.text((await rig.queued())[0]?.message.id ?? "");
      expect(kept).toStartWith("Received: from p ([192.0.2.1])");
      const bodyOf = (it: string) => it.replaceAll(/\r\n/g, "").replace("X-Mailbox-Line: ", "");
      expect(bodyOf(kept)).toEndWith(bodyOf(body.toString("latin1")));
    }),
    { numRuns: 60 },
  );
});
