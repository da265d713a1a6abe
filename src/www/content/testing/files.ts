// Real files in a folder of their own, for tests of what is served from there.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export class TestFolder implements Disposable {
  readonly path: string;

  constructor(files: Readonly<Record<string, string | Buffer>> = {}) {
    this.path = mkdtempSync(join(tmpdir(), "content-"));
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** Its time is told, so that what is made of it can be. */
  write(name: string, content: string | Buffer, modifiedMs = Date.UTC(2024, 0, 2, 3, 4, 5)): string {
    const path = this.at(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    utimesSync(path, modifiedMs / 1000, modifiedMs / 1000);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
