import { expect, test } from "bun:test";
import fc from "fast-check";
import { basicChallenge, basicCredentials } from "./basic.ts";

const told = (account: string, password: string) => ({ is: "told", account, password });
const encoded = (text: string, coding: BufferEncoding = "utf8") => Buffer.from(text, coding).toString("base64");

test("name and password are read as the RFC shows them, whatever the letters of the scheme", () => {
  // §2, §2.1
  expect(basicCredentials("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") as unknown).toEqual(told("Aladdin", "open sesame"));
  expect(basicCredentials("bAsIc   dGVzdDoxMjPCow== ") as unknown).toEqual(told("test", "123£"));
  expect(basicCredentials(`Basic ${encoded("a::b:")}`) as unknown).toEqual(told("a", ":b:"));
  expect(basicCredentials(`Basic ${encoded("a:")}`) as unknown).toEqual(told("a", ""));
  expect(basicCredentials(`Basic ${encoded("jörg:ß", "latin1")}`) as unknown).toEqual(told("jörg", "ß"));
});

test("another scheme is none of ours, and what cannot be read is malformed", () => {
  for (const said of [undefined, "", "Bearer abc", "Basics YTpi", "Digest a=b", "Negotiate YTpi"])
    expect(basicCredentials(said)).toBeUndefined();
  const broken = ["", "a b", "YTpi, Basic YTpi", "YTpi=YTpi", "%", encoded("nocolon"), encoded(":b"), encoded("a:\0")];
  for (const it of broken) expect(basicCredentials(`Basic ${it}`)).toEqual({ is: "malformed" });
});

test("whatever is said nothing throws, and what a client encodes is what is read", () => {
  const word = fc.string({ unit: "grapheme", maxLength: 20 }).filter((it) => !/[\0-\x1f\x7f\ufffd]/.test(it));
  fc.assert(fc.property(fc.string(), (said) => void basicCredentials(said)));
  fc.assert(
    fc.property(
      word.filter((it) => it !== "" && !it.includes(":")),
      word,
      (account, password) => {
        const read = basicCredentials(`Basic ${encoded(`${account}:${password}`)}`);
        expect(read as unknown).toEqual(told(account, password));
      },
    ),
  );
});

test("the challenge names the realm and the charset, and nothing in the realm ends it", () => {
  expect(basicChallenge("www.example.org")).toBe('Basic realm="www.example.org", charset="UTF-8"');
  expect(basicChallenge('a"b\\ü')).toBe('Basic realm="a\\"b\\\\\u00c3\u00bc", charset="UTF-8"');
});
