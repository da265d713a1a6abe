import { expect, test } from "bun:test";
import { alertWords } from "./alert-words.ts";

/** Codes as the runtime has them when openssl is the other side. */
const told = (code?: string) => alertWords(Object.assign(new Error("x"), code === undefined ? {} : { code }));

test("an alert about our certificate is told in words, by either version of TLS", () => {
  expect(told("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA")).toBe("the server does not know the authority of our certificate");
  expect(told("ERR_SSL_TLSV1_ALERT_CERTIFICATE_REQUIRED")).toBe("the server asks for a certificate of ours");
  expect(told("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE")).toContain("or asks for a certificate of ours");
  expect(told("ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED")).toBe("our certificate has expired for the server");
});

test("what is no alert, or one that is not about us, has no words of ours", () => {
  for (const code of ["ECONNRESET", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", undefined])
    expect(told(code)).toBeUndefined();
});
