// Small real releases for tests: a clone of a few files, built and signed as the large one is, in a folder of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { type BuiltHotfix, buildHotfix } from "../build/build-hotfix.ts";
import { type Built, buildRelease } from "../build/build-release.ts";
import { thisMachine } from "../check/machine.ts";
import { type Installed, install } from "../install/install.ts";
import type { InstallOptions } from "../install/plan.ts";
import { readInstalled, readRelease } from "../place/read-release.ts";
import { makePrivateKey, publicHalf, readPrivateKey } from "../trust/key.ts";
import type { Trust } from "../trust/prove.ts";

const small = { metabase: { writes: 1, reads: [1] }, spool: { writes: 1, reads: [1] } };

export class SmallReleases implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "rëleases "));
  readonly root = join(this.folder, "röot");
  readonly key = expectGood(readPrivateKey(makePrivateKey()));
  readonly trust: Trust = { keys: [publicHalf(this.key)], unsigned: new Set() };
  private made = 0;

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A file below the folder. */
  put(path: string, text: string): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  async build(version: string, { signed = true, ending = ".tar.zst", madeMs = 1000, more = {} } = {}): Promise<Built> {
    const clone = `clone-${++this.made}`;
    this.put(`${clone}/package.json`, JSON.stringify({ version, dependencies: { bun: "1" } }));
    this.put(`${clone}/src/start.ts`, `start of ${version}`);
    this.put(`${clone}/src/same.ts`, "the same in every version");
    this.put(`${clone}/src/smtp/service.ts`, `smtp of ${version}`);
    this.put(`${clone}/src/smtp/service.test.ts`, "no part of a release");
    this.put(`${clone}/LICENSE`, "MIT");
    for (const [path, text] of Object.entries<string>(more)) this.put(`${clone}/${path}`, text);
    const runtime = this.put("bun", "#!/bin/sh\n");
    const built = await buildRelease({
      clone: join(this.folder, clone),
      form: "sources",
      runtime,
      platform: thisMachine.platform,
      formats: small,
      key: signed ? this.key : undefined,
      to: join(this.folder, "out"),
      ending,
      madeMs,
    });
    return expectGood(built);
  }

  /** For a release that is installed, by default with a new text for smtp. */
  async hotfix(
    id: string,
    onto: string,
    { signed = true, path = "src/smtp/service.ts", text = `smtp of ${id}` } = {},
  ): Promise<BuiltHotfix> {
    const from = `fix-${++this.made}`;
    this.put(`${from}/${path}`, text);
    const built = await buildHotfix({
      onto: expectGood(readInstalled(this.root, onto)),
      id,
      from: join(this.folder, from),
      files: [path],
      key: signed ? this.key : undefined,
      to: join(this.folder, "out"),
      ending: ".tar.gz",
      madeMs: 2_000,
    });
    return expectGood(built);
  }

  install(path: string, options: Partial<InstallOptions> = {}) {
    return install(path, { root: this.root, trust: this.trust, allowUnsigned: false, ...options });
  }

  async installed(path: string, options: Partial<InstallOptions> = {}): Promise<Installed> {
    return expectGood(await this.install(path, options));
  }

  read(folder: string) {
    return expectGood(readRelease(folder));
  }

  /** The path of a file of an installed release. */
  file(version: string, path: string): string {
    return join(this.root, "releases", version, path);
  }
}
