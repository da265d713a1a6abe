// Generators of what mail is made of, for property tests. They make what may be sent, not what may come: for that, a test
// has text of its own.
import fc from "fast-check";
import type { Mailbox } from "../address.ts";
import type { MailParameters, NotifyOn, RecipientParameters } from "../parameters.ts";
import type { Reply } from "../reply.ts";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const letters = fc.constantFrom(...'abcXYZ09.!#%+-_ "\\@<>,;:()[]é用ß');

export const mailDomain: fc.Arbitrary<string> = fc.oneof(
  fc.array(label, { minLength: 1, maxLength: 4 }).map((it) => it.join(".")),
  fc.ipV4().map((it) => `[${it}]`),
  fc.ipV6().map((it) => `[IPv6:${it}]`),
);

export const localPart: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{1,8})?$/),
  fc.array(letters, { minLength: 1, maxLength: 20 }).map((it) => it.join("")),
  fc.constantFrom("postmaster", "Postmaster"),
);

export const mailbox: fc.Arbitrary<Mailbox> = fc.record({ local: localPart, domain: mailDomain });

/** Printable, as it stands in notices. */
const words = fc.array(letters, { minLength: 1, maxLength: 20 }).map((it) => it.join("").replaceAll(/[^ -~]/g, "x"));

const notify: fc.Arbitrary<readonly NotifyOn[]> = fc.subarray(["SUCCESS", "FAILURE", "DELAY"]);

export const mailParameters: fc.Arbitrary<MailParameters> = fc.record(
  {
    size: fc.maxSafeNat(),
    body: fc.constantFrom("7BIT", "8BITMIME", "BINARYMIME"),
    smtpUtf8: fc.boolean(),
    auth: fc.option(mailbox.map((it) => ({ ...it, local: it.local.replaceAll(/[^ -~]/g, "x") }))),
    ret: fc.constantFrom("FULL", "HDRS"),
    envelopeId: words,
  },
  { requiredKeys: ["body", "smtpUtf8"] },
);

export const recipientParameters: fc.Arbitrary<RecipientParameters> = fc.record(
  {
    notify,
    originalRecipient: fc.oneof(
      fc.record({ type: fc.constantFrom("rfc822", "X-other"), address: words }),
      fc.record({ type: fc.constant("utf-8"), address: localPart }),
    ),
  },
  { requiredKeys: [] },
);

export const reply: fc.Arbitrary<Reply> = fc
  .record({
    code: fc.integer({ min: 200, max: 559 }),
    enhanced: fc.option(fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 999 }))),
    lines: fc.array(fc.stringMatching(/^[!-~]{0,40}$/), { minLength: 1, maxLength: 5 }),
  })
  .map(({ code, enhanced, lines }) => {
    // RFC 2034 §4: the class is that of the code, and there is none of a class three.
    const digit = Math.floor(code / 100);
    const words = lines.map((it) => (/^\d\.\d/.test(it) ? `x${it}` : it));
    if (code === 334) return { code, lines: words.slice(0, 1) }; // a challenge is one line
    if (enhanced === null || digit === 3) return { code, lines: words };
    return { code, enhanced: `${digit}.${enhanced.join(".")}`, lines: words };
  });
