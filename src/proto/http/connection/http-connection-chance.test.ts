import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Answer } from "../answer/answer.ts";
import type { Request } from "../request.ts";
import { cut, cuts } from "../testing/cut.ts";
import { answerOf, Pieces, Rig, withBody } from "../testing/rig.ts";

/** What is sent, and what is to be said to it. */
interface Exchange {
  readonly sent: string;
  readonly said: string;
}

const content = fc.string({ unit: fc.constantFrom("a", "\r\n", "0\r\n\r\n", "GET / HTTP/1.1\r\n"), maxLength: 4 });
const framing = fc.constantFrom("length", "chunked");
const frame = {
  length: (it: string) => `Content-Length: ${it.length}\r\n\r\n${it}`,
  chunked: (it: string) =>
    `Transfer-Encoding: chunked\r\n\r\n${[...it, ""].map((byte) => `${byte.length}\r\n${byte}\r\n`).join("")}`,
};
const fixed = (it: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${it.length}\r\n\r\n${it}`;
const chunked = (it: string) =>
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${frame.chunked(it).split("\r\n\r\n").slice(1).join("\r\n\r\n")}`;

/** "ignore" answers before the body; "echo" when it has come; "later" by a promise; "made" piece by piece. */
const exchange: fc.Arbitrary<Exchange> = fc
  .record({ how: fc.constantFrom("ignore", "echo", "later", "made"), body: content, framing })
  .map(({ how, body, framing }) => {
    const said = { ignore: fixed("/ignore"), later: fixed("/later"), echo: fixed(body), made: chunked(body) }[how];
    return { sent: `POST /${how} HTTP/1.1\r\nHost: a\r\n${frame[framing](body)}`, said };
  });

function reply(request: Request): Answer | Promise<Answer> {
  switch (request.path) {
    case "/ignore":
      return answerOf(request.path);
    case "/later":
      return Promise.resolve(answerOf(request.path));
    case "/echo":
      return withBody(request, answerOf);
    default:
      return withBody(request, (body) =>
        answerOf("", { body: new Pieces([...body].map((it) => Promise.resolve(Buffer.from(it, "latin1")))) }),
      );
  }
}

const settled = () => new Promise(setImmediate);

test("however requests arrive, and however the client reads, each gets its answer in its turn", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(exchange, { maxLength: 5 }),
      cuts,
      fc.infiniteStream(fc.boolean()),
      async (all, sizes, hears) => {
        const rig = new Rig(reply);
        for (const piece of cut(all.map((it) => it.sent).join(""), sizes)) {
          rig.hears = hears.next().value;
          rig.hear(piece);
          if (hears.next().value) await settled();
        }
        rig.hears = true;
        rig.connection.inputOver();
        for (let turns = 0; turns < 20; turns++) {
          rig.connection.drained();
          await settled();
        }
        expect(rig.said).toBe(all.map((it) => it.said).join(""));
        expect(rig.turns.filter((it) => it === "end" || it === "cut")).toEqual(["end"]);
      },
    ),
    { numRuns: 200 },
  );
});

test("no bytes throw, and how they are cut makes no difference", () => {
  const piece = fc.constantFrom(
    ..."\r\n,\r,\n,\0, ,:,0,5,a,GET / HTTP/1.1\r\n,POST / HTTP/1.1\r\n,Host: a\r\n,\r\n\r\n,0\r\n\r\n,1\r\na\r\n".split(
      ",",
    ),
    ...["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Connection: close\r\n"],
  );
  const outcome = (pieces: readonly string[]) => {
    const rig = new Rig((it) => answerOf(it.method));
    for (const it of pieces) rig.hear(it);
    return [rig.said, rig.turns];
  };
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), cuts, (parts, sizes) => {
      const text = `GET / HTTP/1.1\r\nHost: a\r\n${parts.join("")}`;
      const whole = outcome([text]);
      // Whether a client waits to be told to go on can only be seen while nothing of its body is there.
      if (text.includes("Expect")) return;
      expect(outcome([...text])).toEqual(whole);
      expect(outcome(cut(text, sizes))).toEqual(whole);
    }),
    { numRuns: 3000 },
  );
});
