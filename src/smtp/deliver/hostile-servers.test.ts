// Servers that lie, go silent in the middle, or speak without end, at each step of a conversation: the mail waits, and no
// word of theirs is taken for a "taken".
import { expect, test } from "bun:test";
import { selfSigned } from "../../net/testing/certificates.ts";
import { withCertificate } from "../../net/testing/with-certificate.ts";
import { recipient } from "../../spool/testing/rig.ts";
import { deliverRig, policyOf } from "./testing/deliver-rig.ts";
import { type Behaviour, openSink } from "./testing/sink.ts";

/** For who says nothing more: long enough for every honest answer of a busy machine. */
const SILENCE_MS = 1500;

const mail = { to: [recipient("anna@example.org", { destination: "smarthost:default" })] };

async function tried(
  behave: Behaviour,
  { more = {}, limitMs = Number.POSITIVE_INFINITY, body = "Hello\r\n", certificate = false } = {},
) {
  await using sink = await openSink({ behave, ...(certificate ? { certificate: selfSigned("a.test") } : {}) });
  const policy = policyOf({ smartHost: `[127.0.0.1]:${sink.port}`, ...more });
  await using rig = await deliverRig({ policy: { ...policy, remoteTimeoutMs: limitMs } });
  const [only] = (await rig.tried(await rig.put(mail, body))).recipients;
  return { only, sink, events: rig.events.map((it) => it.number) };
}

const isAt = (line: string, at: string): boolean => (at === "" || at === "." ? line === at : line.startsWith(at));

const lies = {
  "a code that belongs elsewhere": "334 VXNlcm5hbWU6",
  "a code that nobody knows": "999 Taken",
  "yes and no in one answer": "250-2.0.0 Taken\r\n550 5.7.1 Not taken",
  "a line without end": `250-${"x".repeat(100_000)}`,
  "lines without end": Array(1000).fill("250-2.0.0 Taken").join("\r\n"),
  "pages of nonsense": Array(1000).fill("<p>It works!</p>").join("\r\n"),
  "letters that move a cursor": "\x1b[2J\0\0\x07 250 Taken",
} as const;

for (const [name, lie] of Object.entries(lies))
  test(`A server that answers with ${name} is not believed at any step`, async () => {
    for (const at of ["", "EHLO", "MAIL", "RCPT", "DATA", "."]) {
      const { only } = await tried((line) => (isAt(line, at) ? lie : undefined));
      expect([at, only?.status, only?.attempts]).toEqual([at, "queued", 1]);
      expect(only?.reply).not.toMatch(/[\x00-\x1f]/);
    }
  });

test("A server that lets a text begin and reads no more of it gets it again, and nobody is in doubt", async () => {
  const body = `${"x".repeat(78)}\r\n`.repeat(200_000);
  const { only } = await tried((line) => (line === "DATA" ? "stall" : undefined), { body, limitMs: SILENCE_MS });
  expect(only).toMatchObject({ status: "queued", attempts: 1, uncertain: false });
  expect(only?.reply).toContain("took nothing of the message");
});

for (const how of ["hang", "close", "HTTP/1.1 400 Bad Request", "454 4.7.0 Not now"])
  withCertificate(`STARTTLS that is answered with ${how} is gone around, but not where TLS is required`, async () => {
    const behave: Behaviour = (line) => (line === "STARTTLS" ? how : undefined);
    const options = { certificate: true, ...(how === "hang" ? { limitMs: SILENCE_MS } : {}) };
    const inClear = await tried(behave, options);
    expect([inClear.only?.status, inClear.sink.messages[0]?.secure, inClear.events]).toEqual(["delivered", false, []]);
    const { only, sink, events } = await tried(behave, { ...options, more: { smartHostTls: "required" } });
    expect([only?.status, events]).toEqual(["queued", [6053]]);
    expect(sink.lines.some((it) => it.startsWith("MAIL"))).toBe(false);
  });

withCertificate("What is said in clear behind the word that TLS may begin is not heard", async () => {
  const behave: Behaviour = (line) => (line === "STARTTLS" ? "220 2.0.0 Go\r\n550 5.7.1 In clear" : undefined);
  const { only, sink } = await tried(behave, { certificate: true });
  expect([only?.status, sink.messages[0]?.secure]).toEqual(["delivered", true]);
});
