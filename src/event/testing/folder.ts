// A temporary folder for one test, removed when its scope ends.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "inetsrv event ü "));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
