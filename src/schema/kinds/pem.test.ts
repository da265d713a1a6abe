import { expect, test } from "bun:test";
import fc from "fast-check";
import { expectGood } from "../../base/result.ts";
import { pemCertificates, pemKey, readPem, writePem } from "./pem.ts";

const block = (label: string, base64 = "QUJDRA==") => `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
const kind = pemCertificates({ max: 2 });

test("certificates are kept in one spelling, without what stands around them", () => {
  const untidy = `Bag Attributes\r\n  friendlyName: x\r\n-----BEGIN CERTIFICATE-----\r\n  QUJD\r\nRA==  \r\n-----END CERTIFICATE-----`;
  expect(kind.decode(untidy)).toEqual({ ok: true, value: block("CERTIFICATE") });
  const long = "QUJD".repeat(40);
  const written = expectGood(kind.decode(block("CERTIFICATE", long)));
  expect(written.split("\n").map((it) => it.length)).toEqual([27, 64, 64, 32, 25, 0]);
  expect(kind.decode(kind.print(written))).toEqual({ ok: true, value: written });
});

test("what is no chain is refused, and nothing that may be a key is repeated", () => {
  const wrong = [
    "",
    "no PEM",
    7,
    null,
    block("PRIVATE KEY"),
    block("CERTIFICATE") + block("RSA PRIVATE KEY"),
    block("CERTIFICATE").repeat(3),
    "-----BEGIN CERTIFICATE-----\nQUJD",
    block("CERTIFICATE", "QUJ"),
    block("CERTIFICATE", "Q!JD"),
    `-----BEGIN CERTIFICATE-----\n${block("CERTIFICATE")}`,
  ];
  for (const given of wrong) {
    const decoded = kind.decode(given);
    expect([given, decoded.ok]).toEqual([given, false]);
    if (!decoded.ok) expect(decoded.error[0]?.given).toBe("(not shown)");
  }
  const tooLong = pemKey.decode("x".repeat(20_000));
  expect(tooLong.ok || tooLong.error[0]?.given).toBe("(not shown)");
});

test("blocks with the headers of old encrypted keys are read as they were written", () => {
  const headers = ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-256-CBC,00"];
  const written = { label: "EC PRIVATE KEY", headers, base64: "QUJD" };
  expect(readPem(writePem(written))).toEqual([written]);
});

test("whatever is written is read, and no text throws", () => {
  const label = fc.stringMatching(/^[A-Z][A-Z0-9 ]{0,20}[A-Z]$/);
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(fc.array(fc.tuple(label, bytes), { maxLength: 4 }), (given) => {
      const blocks = given.map(([name, it]) => ({
        label: name,
        headers: [],
        base64: Buffer.from(it).toString("base64"),
      }));
      expect(readPem(blocks.map(writePem).join("between\n"))).toEqual(blocks);
    }),
  );
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "QUJD"),
  );
  fc.assert(fc.property(fc.array(line), (lines) => void kind.decode(lines.join("\n"))));
});
