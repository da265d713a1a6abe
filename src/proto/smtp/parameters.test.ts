import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  type ParameterExtension,
  plainMail,
  printMailParameters,
  printRecipientParameters,
  readMailParameters,
  readRecipientParameters,
} from "./parameters.ts";
import { mailParameters, recipientParameters } from "./testing/arbitrary.ts";

const all = () => true;
const allBut = (left: ParameterExtension) => (extension: ParameterExtension) => extension !== left;
const mail = (text: string, offers: (it: ParameterExtension) => boolean = all) => {
  const read = readMailParameters(text, offers);
  return read.ok ? read.value : `${read.error.is} ${read.error.parameter}`;
};
const recipient = (text: string) => {
  const read = readRecipientParameters(text, all);
  return read.ok ? read.value : `${read.error.is} ${read.error.parameter}`;
};

test("what MAIL may say is read, in any case", () => {
  expect(mail("")).toEqual(plainMail);
  expect(mail("size=1000 BODY=8bitmime smtputf8")).toEqual({ size: 1000, body: "8BITMIME", smtpUtf8: true });
  expect(mail("RET=hdrs ENVID=QQ+2B1")).toEqual({ ...plainMail, ret: "HDRS", envelopeId: "QQ+1" });
  expect(mail("AUTH=<>")).toEqual({ ...plainMail, auth: null });
  expect(mail("AUTH=e+3Dmc2@example.com")).toEqual({
    ...plainMail,
    auth: { local: "e=mc2", domain: "example.com" },
  });
  expect(mail("BODY=BINARYMIME")).toEqual({ body: "BINARYMIME", smtpUtf8: false });
  expect(mail("  SIZE=0  ")).toEqual({ ...plainMail, size: 0 });
});

test("what nobody offered is not known", () => {
  expect(mail("X=1")).toBe("unknown X");
  expect(mail("toString=1")).toBe("unknown TOSTRING");
  expect(mail("SMTPUTF8", allBut("SMTPUTF8"))).toBe("unknown SMTPUTF8");
  expect(mail("RET=FULL", allBut("DSN"))).toBe("unknown RET");
  expect(mail("BODY=BINARYMIME", allBut("BINARYMIME"))).toBe("flawed BODY");
  expect(mail("NOTIFY=NEVER")).toBe("unknown NOTIFY");
  expect(recipient("SIZE=1")).toBe("unknown SIZE");
  expect(mail("REQUIRETLS")).toBe("unknown REQUIRETLS");
});

test("what is said wrongly or twice is a flaw that names the parameter", () => {
  for (const bad of ["SIZE", "SIZE=-1", "SIZE=1e3", "SIZE=1 SIZE=1"])
    expect([bad, mail(bad)]).toEqual([bad, "flawed SIZE"]);
  expect(mail("SIZE=")).toBe("flawed SIZE");
  expect(mail("BODY=9BIT")).toBe("flawed BODY");
  expect(mail("BODY=toString")).toBe("flawed BODY");
  expect(mail("SMTPUTF8=1")).toBe("flawed SMTPUTF8");
  expect(mail("RET=BOTH")).toBe("flawed RET");
  expect(mail(`ENVID=${"x".repeat(101)}`)).toBe("flawed ENVID");
  expect(mail("ENVID=a+0D+0Ab")).toBe("flawed ENVID");
  expect(mail("AUTH=nobody")).toBe("flawed AUTH");
  expect(mail("=x")).toBe("flawed ?");
});

test("what RCPT may say is read, in any case", () => {
  expect(recipient("NOTIFY=NEVER")).toEqual({ notify: [] });
  expect(recipient("notify=success,Delay")).toEqual({ notify: ["SUCCESS", "DELAY"] });
  expect(recipient("ORCPT=rfc822;a+2Bb@c")).toEqual({ originalRecipient: { type: "rfc822", address: "a+b@c" } });
  expect(recipient("ORCPT=utf-8;j\\x{F6}rg@b")).toEqual({ originalRecipient: { type: "utf-8", address: "jörg@b" } });
  for (const bad of ["NOTIFY=NEVER,DELAY", "NOTIFY=DELAY,DELAY", "NOTIFY=SOMETIMES", "NOTIFY"])
    expect([bad, recipient(bad)]).toEqual([bad, "flawed NOTIFY"]);
  for (const bad of ["ORCPT=a@b", "ORCPT=rfc822;", `ORCPT=rfc822;${"x".repeat(500)}`, "ORCPT=rfc822;a+0Ab", "ORCPT=;a"])
    expect([bad, recipient(bad)]).toEqual([bad, "flawed ORCPT"]);
});

test("what is printed is read as the same", () => {
  fc.assert(
    fc.property(mailParameters, (it) => {
      expect(mail(printMailParameters(it, all))).toEqual(it);
    }),
  );
  fc.assert(
    fc.property(recipientParameters, (it) => {
      expect(recipient(printRecipientParameters(it, all))).toEqual(it);
    }),
  );
});

test("only what is offered is printed", () => {
  const none = () => false;
  fc.assert(
    fc.property(mailParameters, recipientParameters, (one, other) => {
      expect(printMailParameters(one, none)).toBe("");
      expect(printRecipientParameters(other, none)).toBe("");
    }),
  );
});

test("no text throws", () => {
  const piece = fc.constantFrom(
    "SIZE",
    "BODY",
    "ORCPT",
    "NOTIFY",
    "ENVID",
    "AUTH",
    "=",
    ",",
    ";",
    "+",
    "+2",
    " ",
    "é",
    "9",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }).map((it) => it.join("")),
      (text) => {
        mail(text);
        recipient(text);
      },
    ),
    { numRuns: 2000 },
  );
});
