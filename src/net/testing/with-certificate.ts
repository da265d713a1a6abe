// Tests that need a certificate are skipped where there is no openssl to make one, and their names say so.
import { test } from "bun:test";
import { hasOpenssl } from "./certificates.ts";

export function withCertificate(name: string, run: () => void | Promise<void>): void {
  if (hasOpenssl) test(name, run);
  else test.skip(`${name} (skipped: no openssl on this machine)`, run);
}
