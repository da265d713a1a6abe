import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isStatus, statusOfReply } from "./status-of-reply.ts";
import { englishStatusWords, wordsFor } from "./status-words.ts";

describe("the status of a reply", () => {
  test("is what the server says, unless its code says otherwise", () => {
    expect(statusOfReply({ code: 550, enhanced: "5.7.1" })).toBe("5.7.1");
    expect(statusOfReply({ code: 450, enhanced: "5.1.1" })).toBe("4.2.0");
    expect(statusOfReply({ code: 550, enhanced: "nonsense" })).toBe("5.0.0");
  });

  test("without one is what the code can mean, and always a status", () => {
    expect(statusOfReply({ code: 452 })).toBe("4.3.1");
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), fc.option(fc.string(), { nil: undefined }), (code, enhanced) => {
        const status = statusOfReply({ code, ...(enhanced !== undefined && { enhanced }) });
        expect(isStatus(status)).toBe(true);
        // What has to be tried later is never told as a failure, nor the other way round.
        if (code >= 400) expect(status[0]).toBe(String(code)[0] ?? "");
      }),
    );
  });
});

describe("words", () => {
  test("are those of the nearest row, whatever the class", () => {
    expect(wordsFor("5.2.2").why).toBe("The mailbox is full.");
    expect(wordsFor("4.2.2").why).toBe("The mailbox is full.");
    expect(wordsFor("5.7.509")).toBe(englishStatusWords["7.0"]);
    expect(wordsFor("5.9.9")).toBe(englishStatusWords["0.0"]);
    expect(wordsFor("constructor")).toBe(englishStatusWords["0.0"]);
  });

  test("are whole sentences in every row", () => {
    for (const { why, todo } of Object.values(englishStatusWords))
      for (const text of [why, todo]) expect(text).toMatch(/^[A-Z][^\r\n]*[.]$/);
  });
});
