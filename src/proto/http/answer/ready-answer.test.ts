import { expect, test } from "bun:test";
import { AddedFields, withFields } from "./added-fields.ts";
import type { Answer } from "./answer.ts";
import { DateStamp } from "./date-stamp.ts";
import { Outbox } from "./outbox.ts";
import { type Ready, ReadyAnswer } from "./ready-answer.ts";
import { type Asked, writeAnswer } from "./write-answer.ts";

const at = (second: number) => new DateStamp(Date.UTC(2026, 0, 1, 0, 0, second));

function written(answer: Answer, asked: Asked, keepAlive: boolean, date: DateStamp): string {
  let said = "";
  const out = new Outbox();
  out.begin({
    write(bytes) {
      said += bytes.toString("latin1");
      return true;
    },
  });
  writeAnswer(out, asked, answer, keepAlive, date);
  out.end();
  return said;
}

const page: Ready = {
  status: 200,
  substatus: 0,
  fields: [["Content-Type", "text/plain"]],
  body: Buffer.from("hello"),
};

test("it says what the same answer would say if it were made anew, to every kind of request", () => {
  const kinds: readonly Ready[] = [
    page,
    { ...page, status: 304, body: undefined },
    { ...page, status: 204 },
    { ...page, body: undefined, reason: "Fine\r\n" },
    { ...page, fields: [["Date", "yesterday"]] },
  ];
  for (const kind of kinds) {
    const ready = new ReadyAnswer(kind, at(1));
    for (const method of ["GET", "HEAD"])
      for (const version of ["HTTP/1.0", "HTTP/1.1"])
        for (const keepAlive of [true, false])
          for (const second of [1, 2, 59]) {
            const asked = { method, version, upgrade: undefined };
            expect(written(ready, asked, keepAlive, at(second))).toBe(written(kind, asked, keepAlive, at(second)));
          }
  }
});

test("its body is there for others who send it in their own way", () => {
  expect(new ReadyAnswer(page, at(1)).body?.toString()).toBe("hello");
});

test("the date is told to the second", () => {
  const date = new DateStamp(784111777_999);
  expect(date.text).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
  date.set(784111778_000);
  expect(date.text).toBe("Sun, 06 Nov 1994 08:49:38 GMT");
});

test("with fields behind its own it says what an answer made anew with all of them would", () => {
  const more = new AddedFields([["X-One", "1"]]);
  const again = new AddedFields([["X-Two", "2\r\n"]]);
  const both = (answer: Answer) => withFields(withFields(answer, more), again);
  const ready = new ReadyAnswer(page, at(1));
  for (const method of ["GET", "HEAD"])
    for (const keepAlive of [true, false]) {
      const asked = { method, version: "HTTP/1.1", upgrade: undefined };
      const lines = (answer: Answer) => written(answer, asked, keepAlive, at(2)).split("\r\n").toSorted();
      expect(lines(both(ready))).toEqual(lines(both(page)));
    }
  const { status, substatus, fields, body, close } = both(ready);
  expect({ status, substatus, body, close }).toEqual({ status: 200, substatus: 0, body: page.body, close: false });
  expect(fields.map(([name]) => name)).toEqual(["Content-Type", "X-One", "X-Two"]);
});
