import { expect, test } from "bun:test";
import fc from "fast-check";
import { outcomeOf, printReply, replyText, say, sayPlainly } from "./reply.ts";
import { type NoReply, ReplyReader } from "./reply-reader.ts";
import { reply } from "./testing/arbitrary.ts";

test("a reply is printed with its codes in every line", () => {
  expect(printReply(say(250, "2.0.0", "Queued"))).toBe("250 2.0.0 Queued\r\n");
  expect(printReply(sayPlainly(250, "mail.example", "SIZE 1", "DSN"))).toBe(
    "250-mail.example\r\n250-SIZE 1\r\n250 DSN\r\n",
  );
  expect(printReply(say(550, "5.7.1", "No", "No again"))).toBe("550-5.7.1 No\r\n550 5.7.1 No again\r\n");
  expect(printReply(sayPlainly(221, ""))).toBe("221\r\n");
});

test("nothing that a reply is made of can break its line, and no line is longer than RFC 5321 §4.5.3.1.5 has it", () => {
  expect(printReply(say(550, "5.1.1", "a\r\n250 OK\0é"))).toBe("550 5.1.1 a??250 OK??\r\n");
  const long = printReply(say(550, "5.1.1", "x".repeat(1000)));
  for (const line of long.split("\r\n")) expect(line.length).toBeLessThanOrEqual(510);
  expect(long.match(/x/g)?.length).toBe(1000);
  const challenge = "x".repeat(2000);
  expect(printReply(sayPlainly(334, ""))).toBe("334 \r\n");
  expect(printReply(sayPlainly(334, challenge))).toBe(`334 ${challenge}\r\n`);
});

test("for logs a reply stands on one line", () => {
  expect(replyText(say(550, "5.1.1", "No", "such user"))).toBe("550 5.1.1 No such user");
  expect(replyText(sayPlainly(220, ""))).toBe("220");
});

test("the first digit says what is so", () => {
  expect([220, 354, 451, 550].map((code) => outcomeOf(sayPlainly(code, "")))).toEqual([
    "done",
    "more",
    "later",
    "never",
  ]);
});

/** All that is read when the text comes in these pieces; nothing is read behind what is no reply. */
function read(pieces: readonly string[]): readonly unknown[] {
  const reader = new ReplyReader();
  const all: unknown[] = [];
  for (const piece of pieces) {
    reader.push(Buffer.from(piece, "latin1"));
    for (let it = reader.next(); it !== undefined; it = reader.next()) {
      all.push(it);
      if ("is" in it) return all;
    }
  }
  return all;
}

test("replies are read however they are cut, and one after the other", () => {
  const text = "220 hi\r\n250-a\r\n250-SIZE 1\r\n250 DSN\r\n550-5.1.1 No\r\n550 5.1.1 such user\r\n354\r\n";
  const expected = [
    { code: 220, lines: ["hi"] },
    { code: 250, lines: ["a", "SIZE 1", "DSN"] },
    { code: 550, enhanced: "5.1.1", lines: ["No", "such user"] },
    { code: 354, lines: [""] },
  ];
  expect(read([text])).toEqual(expected);
  expect(read([...text])).toEqual(expected);
  for (let at = 1; at < text.length; at++)
    expect([at, read([text.slice(0, at), text.slice(at)])]).toEqual([at, expected]);
});

test("what old servers get wrong is forgiven", () => {
  expect(read(["220 hi\n250-a\n250 b\n"])).toEqual([
    { code: 220, lines: ["hi"] },
    { code: 250, lines: ["a", "b"] },
  ]);
  expect(read(["250-a\r\n252 b\r\n"])).toEqual([{ code: 252, lines: ["a", "b"] }]);
  expect(read(["250\r\n250 \r\n"])).toEqual([
    { code: 250, lines: [""] },
    { code: 250, lines: [""] },
  ]);
  expect(read(["571 no\r\n"])).toEqual([{ code: 571, lines: ["no"] }]);
  expect(read(["550 5.1.1\r\n"])).toEqual([{ code: 550, enhanced: "5.1.1", lines: [""] }]);
  expect(read(["550 4.1.1 x\r\n"])).toEqual([{ code: 550, lines: ["4.1.1 x"] }]);
});

test("words of strangers hold nothing that moves a cursor or makes a line", () => {
  expect(read(["550 a\x1b[2Jb\0c\x85\xc3\xa9\r\n"])).toEqual([{ code: 550, lines: ["a [2Jb c\ufffdé"] }]);
});

test("what is no reply ends it, with the reason", () => {
  const because = (text: string) => (read([text]).at(-1) as NoReply).because;
  expect(because("HTTP/1.1 400 Bad Request\r\n")).toContain("does not begin with a code");
  expect(because("\r\n")).toContain("does not begin with a code");
  expect(because("199 x\r\n")).toContain("does not begin with a code");
  expect(because("250_x\r\n")).toContain("does not begin with a code");
  expect(because("250-a\r\n550 b\r\n")).toContain("yes and no");
  expect(because(`250 ${"x".repeat(13_000)}\r\n`)).toContain("has no end");
  expect(because("250-a\r\n".repeat(300))).toContain("has no end");
  expect(because(`250-${"x".repeat(4000)}\r\n`.repeat(20))).toContain("has no end");
});

test("what is printed is read as the same, in one piece and in single bytes", () => {
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 4 }), (replies) => {
      const text = replies.map(printReply).join("");
      expect(read([text])).toEqual(replies);
      expect(read([...text])).toEqual(replies);
    }),
  );
});

test("no bytes throw, and every cut gives the same", () => {
  const piece = fc.constantFrom("250", "-", " ", "\r\n", "\n", "\r", "\0", "5.1.1", "x", "\xff", "4");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (parts) => {
      expect(read(parts)).toEqual(read([parts.join("")]));
      expect(read([...parts.join("")])).toEqual(read([parts.join("")]));
    }),
    { numRuns: 1000 },
  );
});
