// Real releases of this program for tests: built out of the working folder, or out of a copy of it with changes. Only for
// tests.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../../src/base/result.ts";
import { buildRelease } from "../../src/release/build/build-release.ts";
import { thisMachine } from "../../src/release/check/machine.ts";
import { readPrivateKey } from "../../src/release/trust/key.ts";
import { dataFormats } from "../../src/service/data-formats.ts";
import { root as workingFolder } from "../../tools/source.ts";
import type { Ran } from "./program.ts";

const parts = ["src", "knowledge", "package.json", "LICENSE"] as const;

export class RealReleases implements Disposable {
  readonly folder = mkdtempSync(join(realpathSync(tmpdir()), "inetsrv releases "));
  readonly key = join(this.folder, "maker.pem");

  constructor() {
    this.run([process.execPath, join(workingFolder, "src", "main.ts")], "release", "key", "make", this.key);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A copy of the sources that calls itself so; what is changed in it, by path. */
  clone(version: string, change: Readonly<Record<string, (text: string) => string>> = {}): string {
    const clone = join(this.folder, `clone ${version}`);
    mkdirSync(clone);
    for (const it of parts) cpSync(join(workingFolder, it), join(clone, it), { recursive: true });
    symlinkSync(join(workingFolder, "node_modules"), join(clone, "node_modules"));
    const file = join(clone, "package.json");
    writeFileSync(file, readFileSync(file, "utf8").replace(/"version": ".*"/, `"version": "${version}"`));
    for (const [path, changed] of Object.entries(change))
      writeFileSync(join(clone, path), changed(readFileSync(join(clone, path), "utf8")));
    return clone;
  }

  /** The package file, as `release build` makes it. */
  build(clone: string): string {
    const command = [process.execPath, join(clone, "src", "main.ts")];
    const built = this.run(command, "release", "build", "--packing", "none", "--key", this.key, "--json");
    return (JSON.parse(built.out) as { readonly package: string }).package;
  }

  /** One that borrows the runtime of this process, so that nobody has to copy and prove 100 MB time and again. */
  async buildLight(clone: string): Promise<string> {
    const runtime = join(this.folder, "runtime");
    writeFileSync(runtime, `#!/bin/sh\nexec '${process.execPath}' "$@"\n`);
    const built = await buildRelease({
      clone,
      form: "sources",
      runtime,
      platform: thisMachine.platform,
      formats: dataFormats,
      key: expectGood(readPrivateKey(readFileSync(this.key, "utf8"))),
      to: join(clone, "dist"),
      ending: ".tar",
      madeMs: Date.now(),
    });
    return expectGood(built).package;
  }

  /** What has to succeed. */
  run(command: readonly string[], ...words: readonly string[]): Ran {
    const ran = this.try(command, ...words);
    if (ran.code !== 0) throw new Error(`${words.join(" ")} ended with ${ran.code}: ${ran.err}${ran.out}`);
    return ran;
  }

  try(command: readonly string[], ...words: readonly string[]): Ran {
    const env = { ...process.env, NO_COLOR: "1", INETSRV_HOME: undefined };
    const { stdout, stderr, exitCode } = Bun.spawnSync([...command, ...words], { cwd: this.folder, env });
    return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
  }
}
