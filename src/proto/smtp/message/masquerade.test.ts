import { expect, test } from "bun:test";
import { headerBytes } from "./header-editor.ts";
import { readHeader } from "./header-reader.ts";
import { masqueraded } from "./masquerade.ts";

function masquerade(text: string): string {
  const found = readHeader(Buffer.from(text));
  if (found.kind !== "header") throw new Error(found.kind);
  const isOurs = (domain: string | undefined) => domain === undefined || domain.endsWith(".corp.example");
  return headerBytes(masqueraded(found.header, isOurs, "example.com")).toString();
}

test("authors on our machines get the domain of the house, with their names", () => {
  expect(
    masquerade("From: =?utf-8?Q?J=C3=B6rg?= <j@pc1.corp.example>, scanner, x@other.example\r\nTo: a\r\n\r\n"),
  ).toBe("From: =?utf-8?B?SsO2cmc=?= <j@example.com>, scanner@example.com,\r\n x@other.example\r\nTo: a\r\n\r\n");
});

test("what is not ours, not readable or not on its first way stays byte for byte", () => {
  for (const text of [
    "from :  A  <a@other.example>\r\n\r\n",
    "From: all of us, a@pc1.corp.example\r\n\r\n",
    "Received: by x\r\nFrom: a@pc1.corp.example\r\n\r\n",
    "To: a@pc1.corp.example\r\n\r\n",
  ])
    expect(masquerade(text)).toBe(text);
});
