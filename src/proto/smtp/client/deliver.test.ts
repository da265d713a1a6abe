import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Mailbox } from "../address.ts";
import { someRules, Talker } from "../server/testing/fake-world.ts";
import { readCapabilities } from "./capabilities.ts";
import { SmtpClient } from "./client.ts";
import { type After, deliver } from "./deliver.ts";
import type { Job, RecipientResult } from "./job.ts";
import type { Peer } from "./open.ts";
import { heardText } from "./talk.ts";
import { play, playWith } from "./testing/play.ts";

const box = (text: string): Mailbox => {
  const at = text.lastIndexOf("@");
  return { local: text.slice(0, at), domain: text.slice(at + 1) };
};
const jobFor = (recipients: readonly string[], more: Partial<Job> = {}): Job => ({
  sender: box("a@b"),
  recipients: recipients.map((it) => ({ mailbox: box(it) })),
  bytes: 100,
  text: { bits: "seven", utf8Headers: false },
  dsn: {},
  eightBitAnyway: true,
  preferChunks: false,
  ...more,
});
const peerWith = (...words: readonly string[]): Peer => ({
  capabilities: readCapabilities({ code: 250, lines: ["mx", ...words] }),
  secure: false,
  mechanism: undefined,
});
const short = (it: RecipientResult): string =>
  it.is === "next-time"
    ? it.is
    : `${it.is} ${heardText(it.heard)}${"maybeTaken" in it && it.maybeTaken ? " (maybe)" : ""}`;

function go(job: Job, words: readonly string[], replies: readonly string[], before: Exclude<After, "over"> = "ready") {
  const { result, said } = play(deliver(job, peerWith(...words), before), { replies });
  return { said, results: result.results.map(short), after: result.after };
}

const two = jobFor(["c@d", "e@f"]);
const envelope = ["MAIL FROM:<a@b>", "RCPT TO:<c@d>", "RCPT TO:<e@f>"];

test("one command at a time where the server does not allow more", () => {
  expect(go(two, [], ["250 s", "250 r", "251 r", "354 go", "250 2.0.0 id7"])).toEqual({
    said: [...envelope, "DATA", "<dotted>"],
    results: ["taken 250 2.0.0 id7", "taken 250 2.0.0 id7"],
    after: "ready",
  });
});

test("all in one go where it does: RFC 2920 §3.1", () => {
  expect(go(two, ["PIPELINING"], ["250 s", "250 r", "250 r", "354 go", "250 ok"])).toEqual({
    said: [[...envelope, "DATA"].join("\r\n"), "<dotted>"],
    results: ["taken 250 ok", "taken 250 ok"],
    after: "ready",
  });
});

test("a thousand recipients come in groups, and each has its result", () => {
  const job = jobFor(Array.from({ length: 1000 }, (_, index) => `u${index}@d`));
  const replies = [
    "250 s",
    ...job.recipients.map((_, index) => (index % 10 === 0 ? "550 no" : "250 r")),
    "354",
    "250 ok",
  ];
  const { said, results } = go(job, ["PIPELINING"], replies);
  expect(Math.max(...said.map((it) => it.split("\r\n").length))).toBe(100);
  expect(results.filter((it) => it === "refused 550 no").length).toBe(100);
  expect(results[10]).toBe("refused 550 no");
  expect(results[11]).toBe("taken 250 ok");
});

test("some recipients are refused, for ever or for now, and the others get it", () => {
  const replies = ["250 s", "550 5.1.1 no", "250 r", "354", "250 ok"];
  expect(go(two, ["PIPELINING"], replies)).toMatchObject({
    results: ["refused 550 5.1.1 no", "taken 250 ok"],
    after: "ready",
  });
  expect(go(two, [], ["250 s", "450 later", "250 r", "354", "250 ok"]).results).toEqual([
    "deferred 450 later",
    "taken 250 ok",
  ]);
});

test("when nobody is left no text is sent, and the next message begins with RSET", () => {
  expect(go(two, [], ["250 s", "550 no", "450 later"])).toEqual({
    said: envelope,
    results: ["refused 550 no", "deferred 450 later"],
    after: "unfinished",
  });
  expect(go(two, ["PIPELINING"], ["250 s", "550 no", "550 no", "554 none"])).toMatchObject({ after: "unfinished" });
  const next = go(jobFor(["c@d"]), ["PIPELINING"], ["250 reset", "250 s", "250 r", "354", "250 ok"], "unfinished");
  expect(next.said[0]).toBe("RSET\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA");
  expect(next.results).toEqual(["taken 250 ok"]);
});

test("a server that takes a text for nobody gets an empty one: RFC 2920 §3.1", () => {
  expect(go(two, ["PIPELINING"], ["250 s", "550 no", "550 no", "354 go", "554 none"])).toEqual({
    said: [[...envelope, "DATA"].join("\r\n"), "."],
    results: ["refused 550 no", "refused 550 no"],
    after: "unfinished",
  });
  expect(go(two, ["PIPELINING"], ["550 s", "503 r", "503 r", "354 go", "250 taken"]).results).toEqual([
    "refused 550 s",
    "refused 550 s",
  ]);
});

test("a server that refuses RSET or MAIL and then waits for a text gets none, as somebody could get an empty one", () => {
  const stranded = go(
    two,
    ["PIPELINING"],
    ["451 no reset", "250 s", "250 r", "250 r", "354 go", "250 taken"],
    "unfinished",
  );
  expect(stranded).toMatchObject({ results: ["deferred 451 no reset", "deferred 451 no reset"], after: "over" });
  expect(stranded.said.flat()).not.toContain(".");
  const odd = go(two, ["PIPELINING"], ["550 s", "250 r", "250 r", "354 go", "250 taken"]);
  expect(odd).toMatchObject({ results: ["refused 550 s", "refused 550 s"], after: "over" });
});

test("a refused sender is the result of all, and without pipelining nothing more is said", () => {
  expect(go(two, [], ["550 5.7.1 not you"])).toEqual({
    said: ["MAIL FROM:<a@b>"],
    results: ["refused 550 5.7.1 not you", "refused 550 5.7.1 not you"],
    after: "unfinished",
  });
  expect(go(two, ["PIPELINING"], ["451 later", "503 r", "503 r", "503 d"]).results).toEqual([
    "deferred 451 later",
    "deferred 451 later",
  ]);
});

test("DATA may be refused, and an answer that makes no sense is no success", () => {
  expect(go(two, [], ["250 s", "250 r", "250 r", "451 d"]).results).toEqual(["deferred 451 d", "deferred 451 d"]);
  expect(go(two, [], ["250 s", "250 r", "250 r", "250 what"]).results).toEqual([
    "deferred 250 what",
    "deferred 250 what",
  ]);
  expect(go(two, [], ["250 s", "250 r", "250 r", "354", "354 what"]).results[0]).toBe("deferred 354 what");
  expect(go(two, [], ["250 s", "250 r", "250 r", "354", "552 big"])).toMatchObject({
    results: ["refused 552 big", "refused 552 big"],
    after: "unfinished",
  });
});

test("421 anywhere ends it, and everybody waits", () => {
  const replies = ["250 s", "550 no", "250 r", "354", "250 ok"];
  for (const words of [[], ["PIPELINING"]])
    for (let at = 0; at < replies.length; at++) {
      const { results, after } = go(two, words, [...replies.slice(0, at), "421 4.3.2 bye"]);
      expect([at, after]).toEqual([at, "over"]);
      expect([at, results]).toEqual([
        at,
        [at > 1 ? "refused 550 no" : "deferred 421 4.3.2 bye", "deferred 421 4.3.2 bye"],
      ]);
    }
});

test("a connection that breaks makes all wait, and only behind the text it is not known whether it arrived", () => {
  const replies = ["250 s", "250 r", "250 r", "354", "250 ok"];
  for (const words of [[], ["PIPELINING"]])
    for (let at = 0; at < replies.length; at++) {
      const { results, after } = go(two, words, replies.slice(0, at));
      const maybe = at === 4 ? " (maybe)" : "";
      expect([at, after, results]).toEqual([at, "over", Array(2).fill(`deferred The connection is gone${maybe}`)]);
    }
});

test("too many recipients: the others come next time, unless there would be none this time", () => {
  const tooMany = (reply: string) => go(two, [], ["250 s", "250 r", reply, "354", "250 ok"]).results[1];
  expect(tooMany("452 4.5.3 too many")).toBe("next-time");
  expect(tooMany("452 too many")).toBe("next-time");
  expect(tooMany("552 too many")).toBe("next-time");
  expect(tooMany("452 4.2.2 full")).toBe("deferred 452 4.2.2 full");
  expect(tooMany("552 5.2.2 full")).toBe("refused 552 5.2.2 full");
  expect(go(two, [], ["250 s", "452 4.5.3 x", "452 4.5.3 x"]).results).toEqual(Array(2).fill("deferred 452 4.5.3 x"));
});

test("RFC 9422 §4.2: no more recipients are named than the server takes", () => {
  const { said, results } = go(two, ["LIMITS RCPTMAX=1 X=2"], ["250 s", "250 r", "354", "250 ok"]);
  expect(said).toEqual([...envelope.slice(0, 2), "DATA", "<dotted>"]);
  expect(results).toEqual(["taken 250 ok", "next-time"]);
});

test("parameters are said where they are offered, and nowhere else", () => {
  const job = jobFor(["c@d"], {
    dsn: { ret: "HDRS", envelopeId: "x y" },
    auth: null,
    text: { bits: "eight", utf8Headers: false },
    recipients: [{ mailbox: box("c@d"), notify: ["FAILURE"], originalRecipient: { type: "rfc822", address: "o@d" } }],
  });
  const replies = ["250 s", "250 r", "354", "250 ok"];
  const all = go(job, ["SIZE", "8BITMIME", "DSN", "AUTH PLAIN", "SMTPUTF8"], replies);
  expect(all.said.slice(0, 2)).toEqual([
    "MAIL FROM:<a@b> SIZE=100 BODY=8BITMIME AUTH=<> RET=HDRS ENVID=x+20y",
    "RCPT TO:<c@d> NOTIFY=FAILURE ORCPT=rfc822;o@d",
  ]);
  expect(go(job, [], replies).said.slice(0, 2)).toEqual(["MAIL FROM:<a@b>", "RCPT TO:<c@d>"]);
  const { result } = play(deliver(job, peerWith("DSN"), "ready"), { replies });
  expect(result.results[0]).toMatchObject({ is: "taken", keepsDsn: true });
});

test("what the server cannot take is refused before a word is said", () => {
  const refusal = (more: Partial<Job>, ...words: string[]) => go(jobFor(["c@d"], more), words, []);
  const eight = { bits: "eight", utf8Headers: false } as const;
  const cases = [
    [refusal({ bytes: 101 }, "SIZE 100"), "101 bytes"],
    [refusal({ text: { bits: "binary", utf8Headers: false } }, "CHUNKING", "8BITMIME"), "binary"],
    [refusal({ text: { bits: "binary", utf8Headers: false } }, "BINARYMIME"), "binary"],
    [refusal({ text: eight, eightBitAnyway: false }), "eight bits"],
    [refusal({ text: { bits: "eight", utf8Headers: true } }, "8BITMIME"), "headers"],
    [refusal({ sender: box("jörg@b") }, "8BITMIME"), "senders"],
  ] as const;
  for (const [{ said, results, after }, because] of cases)
    expect([said, after, results[0]]).toEqual([
      [],
      "ready",
      expect.stringMatching(new RegExp(`^refused .*${because}`)),
    ]);
  expect(go(jobFor(["c@d"], { bytes: 100 }), ["SIZE 100"], []).said).toEqual(["MAIL FROM:<a@b> SIZE=100"]);
  expect(go(jobFor(["c@d"], { text: eight }), [], []).said).toEqual(["MAIL FROM:<a@b>"]);
});

test("letters beyond ASCII: with SMTPUTF8 as they are, without it the domain in A-labels, and local parts not at all", () => {
  const job = jobFor(["c@bücher.example", "jörg@d"]);
  expect(go(job, ["SMTPUTF8", "8BITMIME"], []).said[0]).toBe("MAIL FROM:<a@b> SMTPUTF8");
  const { said, results } = go(job, [], ["250 s", "250 r", "354", "250 ok"]);
  expect(said[1]).toBe("RCPT TO:<c@xn--bcher-kva.example>");
  expect(results).toEqual(["taken 250 ok", expect.stringMatching(/^refused .*letters/)]);
});

test("an address that holds a line is never sent, wherever it came from", () => {
  const evil = { local: "x\r\nRCPT TO:<victim@d>\r\n", domain: "d" };
  const job = { ...two, recipients: [{ mailbox: evil }, { mailbox: box("e@f") }] };
  const { said, results } = go(job, [], ["250 s", "250 r", "354", "250 ok"]);
  expect(said.slice(1, 3)).toEqual(["RCPT TO:<e@f>", "DATA"]);
  expect(results).toEqual([expect.stringMatching(/^refused /), "taken 250 ok"]);
  expect(go({ ...two, sender: { local: "a", domain: "b>\r\nQUIT" } }, [], []).said).toEqual([]);
});

test("chunks where they are wished for and offered, and where the text needs them", () => {
  const replies = ["250 s", "250 r", "250 ok"];
  const chunked = ["MAIL FROM:<a@b>\r\nRCPT TO:<c@d>", "BDAT 100 LAST", "<raw>"];
  expect(go(jobFor(["c@d"], { preferChunks: true }), ["CHUNKING", "PIPELINING"], replies).said).toEqual(chunked);
  const binary = jobFor(["c@d"], { text: { bits: "binary", utf8Headers: false } });
  const { said, results } = go(binary, ["CHUNKING", "BINARYMIME"], replies);
  expect(said).toEqual(["MAIL FROM:<a@b> BODY=BINARYMIME", "RCPT TO:<c@d>", "BDAT 100 LAST", "<raw>"]);
  expect(results).toEqual(["taken 250 ok"]);
  expect(go(jobFor(["c@d"], { preferChunks: true }), [], ["250 s", "250 r", "354", "250 ok"]).said).toContain("DATA");
});

test("our client and our server understand each other, message after message", async () => {
  const server = new Talker(someRules({ limits: { recipientsMax: 3, messagesMax: 2 } }));
  const client = new SmtpClient({
    name: "me.example",
    plainHello: false,
    tls: "when-offered",
    credentials: { account: "", password: undefined, nonce: "n", inClear: false },
  });
  server.world.canSecure = false;
  server.world.mechanisms = ["EXTERNAL"];
  server.world.login = () => ({ is: "done", account: "ada" });
  const greeted = prefixed(client.open());
  expect(await playWith(greeted, server, "")).toMatchObject({ is: "open", peer: { mechanism: "EXTERNAL" } });
  const text = ".a\r\n\xe9\r\n..\r\n";
  const job = jobFor(["c@d", "nobody@d", "用户@例子.example", "x@y", "z@y"], {
    bytes: text.length,
    text: { bits: "eight", utf8Headers: false },
  });
  const first = await playWith(client.deliver(job), server, text);
  expect(first.map((it) => it.is)).toEqual(["taken", "refused", "taken", "next-time", "next-time"]);
  const rest = { ...job, recipients: job.recipients.slice(3), preferChunks: true };
  const second = await playWith(client.deliver(rest), server, text);
  expect(second.map((it) => it.is)).toEqual(["taken", "taken"]);
  expect(server.world.queued.map((it) => it.text)).toEqual([text, text]);
  expect(client.takesMore).toBeFalse();
  await playWith(client.quit(), server, "");
  expect(server.closed).toBeTrue();
});

/** The greeting is heard before anything is said; the fake server gives it with the first answer, so it is put before. */
function* prefixed(talk: ReturnType<SmtpClient["open"]>): ReturnType<SmtpClient["open"]> {
  let step = talk.next(undefined);
  if (step.done !== true && step.value.is === "hear")
    step = talk.next({ from: "server", reply: { code: 220, lines: ["mx"] } });
  while (step.done !== true) step = talk.next(yield step.value);
  return step.value;
}

test("whatever a server answers, each recipient has one result, and nothing is taken that was not sent", () => {
  const reply = fc.constantFrom(
    "250 ok",
    "250-a\r\n250 b",
    "354 go",
    "421 bye",
    "450 later",
    "550 no",
    "552 x",
    "452 4.5.3 x",
    "junk",
    "220 x",
    "235 in",
    "334 YQ==",
  );
  const word = fc.subarray([
    "PIPELINING",
    "SIZE 50",
    "DSN",
    "CHUNKING",
    "BINARYMIME",
    "8BITMIME",
    "SMTPUTF8",
    "LIMITS RCPTMAX=2",
    "AUTH PLAIN",
  ]);
  const job = fc
    .record({
      recipients: fc.array(fc.constantFrom("c@d", "jörg@d", "x@bücher.example"), { minLength: 1, maxLength: 5 }),
      bytes: fc.integer({ min: 1, max: 100 }),
      bits: fc.constantFrom("seven", "eight", "binary"),
      utf8Headers: fc.boolean(),
      preferChunks: fc.boolean(),
      eightBitAnyway: fc.boolean(),
    })
    .map(({ recipients, bits, utf8Headers, ...more }) =>
      jobFor(recipients, { ...more, text: { bits, utf8Headers } as Job["text"] }),
    );
  fc.assert(
    fc.property(
      job,
      word,
      fc.array(reply, { maxLength: 12 }),
      fc.constantFrom("ready" as const, "unfinished" as const),
      (job, words, replies, before) => {
        const { said, results, after } = go(job, words, replies, before);
        expect(results.length).toBe(job.recipients.length);
        const texts = said.filter((it) => it === "<dotted>" || it === "<raw>").length;
        expect(texts).toBeLessThanOrEqual(1);
        const taken = results.filter((it) => it.startsWith("taken")).length;
        if (taken > 0) expect([texts, after]).toEqual([1, "ready"]);
        const named = said.join("\r\n").match(/^RCPT TO/gm)?.length ?? 0;
        expect(taken).toBeLessThanOrEqual(named);
        if (results.every((it) => it === "next-time")) throw new Error("it would never end");
      },
    ),
    { numRuns: 3000 },
  );
});
