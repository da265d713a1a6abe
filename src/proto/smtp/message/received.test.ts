import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { textOf } from "./header-field.ts";
import { readHeader } from "./header-reader.ts";
import { messageId, messageIdsIn } from "./message-id.ts";
import { hopsOf, protocolName, type Received, receivedField } from "./received.ts";
import { hostileText } from "./testing/hostile-text.ts";

const usual: Received = {
  from: { kind: "peer", helo: "client.example", address: "192.0.2.7" },
  by: "mail.example.com",
  protocol: { extended: true, secure: false, authenticated: false, utf8: false },
  id: "3vt1c0a8x",
  atMs: Date.UTC(2026, 10, 27, 12, 40, 9),
};
const text = (it: Partial<Received>): string => textOf(receivedField({ ...usual, ...it }));

describe("the line that we add", () => {
  test("says who, where, how, which and when", () => {
    expect(text({})).toBe(
      "from client.example ([192.0.2.7]) by mail.example.com with ESMTP id 3vt1c0a8x; Fri, 27 Nov 2026 12:40:09 +0000",
    );
  });

  test("names the host that DNS confirms, IPv6 as a literal, the cipher, and the recipient when there is one", () => {
    const from = { kind: "peer", helo: "[IPv6:2001:db8::7]", address: "2001:db8::7", host: "box.example" } as const;
    expect(text({ from, cipher: "TLSv1.3", recipient: "bob@example.net" })).toBe(
      "from [IPv6:2001:db8::7] (box.example [IPv6:2001:db8::7]) by mail.example.com (TLSv1.3) with ESMTP id 3vt1c0a8x for <bob@example.net>; Fri, 27 Nov 2026 12:40:09 +0000",
    );
  });

  test("a recipient cannot end its own place in the line", () => {
    expect(text({ recipient: '"a>; x (y"@example.net' })).toContain(' for <"a???x??y"@example.net>; Fri');
  });

  test("a file of the pickup folder came from nobody", () => {
    const { protocol: _, ...rest } = usual;
    expect(textOf(receivedField({ ...rest, from: { kind: "pickup" } }))).toBe(
      "by mail.example.com id 3vt1c0a8x; Fri, 27 Nov 2026 12:40:09 +0000",
    );
  });

  test("whatever a peer calls itself, the line has one from, one by and one date", () => {
    fc.assert(
      fc.property(hostileText(), (said) => {
        const from = { kind: "peer", helo: said, address: "192.0.2.7", host: said } as const;
        const line = text({ from, cipher: said });
        expect(line).toMatch(
          /^from \S+ \([^()]*\[192\.0\.2\.7\]\) by mail\.example\.com \([^()]*\) with ESMTP id 3vt1c0a8x; Fri/,
        );
      }),
    );
    expect(text({ from: { kind: "peer", helo: "x by y; z", address: "192.0.2.7" } })).toStartWith("from unknown (");
  });
});

test("the protocol has the name that RFC 3848 gives it", () => {
  const name = (extended: boolean, secure: boolean, authenticated: boolean, utf8 = false) =>
    protocolName({ extended, secure, authenticated, utf8 });
  expect([name(false, false, false), name(true, false, false), name(true, true, false)]).toEqual([
    "SMTP",
    "ESMTP",
    "ESMTPS",
  ]);
  expect([name(true, false, true), name(true, true, true), name(true, true, true, true)]).toEqual([
    "ESMTPA",
    "ESMTPSA",
    "UTF8SMTPSA",
  ]);
});

test("hops are counted by their Received lines, and by nothing that looks like one", () => {
  const found = readHeader(
    Buffer.from("received: a\r\nX-Received: b\r\nReceived : c\r\n Received: d\r\n\r\nReceived: e\r\n"),
  );
  expect(found.kind === "header" && hopsOf(found.header)).toBe(2);
});

test("message ids are written so that all can read them, and found in References", () => {
  expect(messageId("3vt1c0a8x", "mail.example.com")).toBe("<3vt1c0a8x@mail.example.com>");
  expect(messageId("a>\r\nb", "c d")).toBe("<a---b@c-d>");
  expect(messageIdsIn("<a@b> junk <c@d>\t<e f@g> <")).toEqual(["<a@b>", "<c@d>"]);
});
