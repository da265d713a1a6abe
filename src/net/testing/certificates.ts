// Certificates for tests, made by the ordinary openssl: what we make ourselves would prove only that we agree with it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TestCertificate {
  readonly chain: string;
  readonly key: string;
}

/** Without it nothing is made, and tests that need a certificate are skipped: with-certificate.ts. */
export const hasOpenssl = Bun.which("openssl") !== null;
const nothing: TestCertificate = { chain: "", key: "" };

/** Signed by itself, for these host names. */
export const selfSigned = (...names: readonly string[]): TestCertificate => made(names, undefined);

/** Signed by another one. */
export const signedBy = (issuer: TestCertificate, ...names: readonly string[]): TestCertificate => made(names, issuer);

function made(names: readonly string[], issuer: TestCertificate | undefined): TestCertificate {
  if (!hasOpenssl) return nothing;
  const folder = mkdtempSync(join(tmpdir(), "inetsrv-certificate-"));
  const file = (name: string) => join(folder, name);
  try {
    const request = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file("key")];
    const subject = [
      "-subj",
      `/CN=${names[0]}`,
      "-addext",
      `subjectAltName=${names.map((it) => `DNS:${it}`).join(",")}`,
    ];
    if (issuer === undefined) openssl(...request, "-x509", "-days", "30", "-out", file("chain"), ...subject);
    else {
      writeFileSync(file("issuer"), issuer.chain);
      writeFileSync(file("issuer-key"), issuer.key);
      openssl(...request, "-out", file("request"), ...subject);
      const by = ["-CA", file("issuer"), "-CAkey", file("issuer-key"), "-copy_extensions", "copyall", "-days", "30"];
      openssl("x509", "-req", "-in", file("request"), "-out", file("chain"), ...by);
    }
    return { chain: readFileSync(file("chain"), "utf8"), key: readFileSync(file("key"), "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openssl(...words: readonly string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(["openssl", ...words], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  if (exitCode !== 0) throw new Error(`openssl ${words[0]}: ${stderr}`);
}
