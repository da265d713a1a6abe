// One certificate for all whom a bench compares, as files in a folder that goes with it. Good for nothing else.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selfSigned } from "../src/net/testing/certificates.ts";

/** ECDSA on P-256, as certificates are made today. */
export class CertificateFiles implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "bench-certificate-"));
  readonly chain = join(this.folder, "chain.pem");
  readonly key = join(this.folder, "key.pem");

  constructor() {
    const { chain, key } = selfSigned("localhost");
    writeFileSync(this.chain, chain);
    writeFileSync(this.key, key, { mode: 0o600 });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
