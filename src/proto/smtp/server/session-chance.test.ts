import { expect, test } from "bun:test";
import fc from "fast-check";
import { lenient, strict } from "../leniency.ts";
import { say } from "../reply.ts";
import { FakeWorld, someRules, Talker } from "./testing/fake-world.ts";

const line = fc.constantFrom(
  ...["EHLO me", "HELO me", "EHLO", "MAIL FROM:<a@b>", "MAIL FROM:<>", "MAIL FROM:<a@b> BODY=BINARYMIME SIZE=9"],
  ...[
    "RCPT TO:<c@d>",
    "RCPT TO:<nobody@d>",
    "DATA",
    "RSET",
    "NOOP",
    "VRFY x",
    "STARTTLS",
    "AUTH PLAIN right",
    "AUTH PLAIN",
  ],
  ...[
    "right",
    "wrong",
    "*",
    "FOO",
    ".",
    "",
    "text",
    "a\nb",
    "BDAT 0",
    "BDAT 0 LAST",
    "BDAT 3\r\nabc",
    "BDAT 3 LAST\r\nabc",
  ],
  ...["BDAT 2\r\na\n", "BDAT x", "MAIL FROM:a", "TURN", "ETRN x", "QUIT"],
);
const lines = fc.array(fc.oneof({ weight: 9, arbitrary: line }, fc.string()), { maxLength: 30 });
/** Straight on the way to a message, so that chance comes to what lies behind it. */
const begun = fc.constantFrom([], ["EHLO me"], ["EHLO me", "MAIL FROM:<a@b>", "RCPT TO:<c@d>"]);
const rules = fc.record({
  leniency: fc.constantFrom(strict, lenient),
  tlsRequired: fc.boolean(),
  limits: fc.record({
    messageBytesMax: fc.constantFrom(null, 5, 1000),
    sessionBytesMax: fc.constantFrom(null, 8),
    recipientsMax: fc.integer({ min: 1, max: 3 }),
    messagesMax: fc.constantFrom(null, 1, 2),
    errorsMax: fc.integer({ min: 1, max: 12 }),
  }),
});
const refusals = fc.record(
  {
    sender: fc.constant(say(450, "4.0.0", "Later")),
    recipient: fc.constant(say(550, "5.0.0", "Never")),
    begin: fc.constantFrom(say(452, "4.3.1", "Full"), say(421, "4.3.2", "Going")),
    commit: fc.constant(say(451, "4.3.0", "Trouble")),
  },
  { requiredKeys: [] },
);

interface Story {
  readonly said: string;
  readonly queued: FakeWorld["queued"];
  readonly closed: boolean;
}

/** What comes of these bytes, with the connection lost at their end. */
async function tell(
  pieces: readonly string[],
  told: Parameters<typeof someRules>[0],
  refused: FakeWorld["refusals"],
  late: boolean,
): Promise<Story> {
  const world = new FakeWorld();
  world.late = late;
  world.refusals = refused;
  const talker = new Talker(someRules(told), world);
  let said = "";
  for (const piece of pieces) said += await talker.send(piece);
  const { closed } = talker;
  talker.lose();
  expect(world.open).toBe(0);
  expect(talker.session.at).toBe("closed");
  return { said, queued: world.queued, closed };
}

test("no sequence of commands leads astray: each is answered, and nothing of a message is left or doubled", async () => {
  await fc.assert(
    fc.asyncProperty(begun, lines, rules, refusals, async (start, more, told, refused) => {
      const all = [...start, ...more].map((it) => `${it}\r\n`).join("");
      const whole = await tell([all], told, refused, false);
      for (const reply of whole.said.split("\r\n").slice(0, -1)) expect(reply).toMatch(/^[2-5]\d\d([- ][ -~]*)?$/);
      expect(whole.queued.length).toBe(whole.said.match(/^250 2\.0\.0 Queued as /gm)?.length ?? 0);
      for (const { envelope, text } of whole.queued) {
        expect(envelope.recipients.length).toBeWithin(1, told.limits.recipientsMax + 1);
        expect(text.length).toBeLessThanOrEqual(told.limits.messageBytesMax ?? text.length);
      }
      // Bytes behind STARTTLS are dropped as they came, so that there the pieces make a difference.
      if (whole.said.includes("220 ")) return;
      expect(await tell([...all], told, refused, false)).toEqual(whole);
      expect(await tell([all], told, refused, true)).toEqual(whole);
    }),
    { numRuns: 600 },
  );
});
