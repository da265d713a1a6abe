import { expect, test } from "bun:test";
import { explainReply } from "./explain-reply.ts";

test("a status of mail is found where it stands alone, behind a reply code or behind a #", () => {
  for (const text of [
    "5.1.1",
    "550 5.1.1 User unknown",
    "said: 550-5.1.1 no such user",
    "#5.1.1 smtp;550",
    "550  5.1.1",
  ])
    expect([text, explainReply(text)]).toEqual([
      text,
      {
        answer: "5.1.1 of a mail server",
        because: "There is no mailbox of that name. It is not tried again.",
        settings: [],
      },
    ]);
  expect(explainReply("452 4.3.1 Insufficient system storage")?.because).toEndWith("It is tried again.");
});

test("a detail without a row has the words of its subject, and a subject that is none has no words", () => {
  expect(explainReply("550 5.7.999")?.because).toStartWith("The other mail server refuses the message");
  expect(explainReply("550 5.9.1")).toBeUndefined();
});

test("no part of a version or of an address is taken for one", () => {
  for (const text of ["version 5.1.1", "192.4.1.1", "5.1.2600", "550 5.1.1.1", "2.0.0", "404.3", ""])
    expect([text, explainReply(text)]).toEqual([text, undefined]);
});
