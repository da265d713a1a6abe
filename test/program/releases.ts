// Releases for tests: copies of the sources under another version, with a fault planted or not, each in a folder below the
// home (not in releases/, where only real ones may lie), from which a finder of the test's own takes them. Only for tests.
import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataFormats } from "../../src/service/data-formats.ts";
import { root } from "../../tools/source.ts";
import type { Program } from "./program.ts";

/** Texts that take the place of others in one file of a release. */
export interface Plant {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

const parts = ["src", "knowledge", "package.json"] as const;

/** What starts a release of a test: the program, with a finder that believes what it finds. */
const main = `// The program of a test's release.
import { mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { about, fault } from "./base/fault.ts";
import { bad, good } from "./base/result.ts";
import { begin } from "./begin.ts";
const releases = (home) => ({
  find(version) {
    const folder = join(home.root, "trials", version);
    try {
      const { formats } = JSON.parse(readFileSync(join(folder, "told.json"), "utf8"));
      return good({ version, folder, formats, command: [process.execPath, join(folder, "src", "trial-main.ts")] });
    } catch (error) {
      return bad(fault(about("release", version), \`Cannot find release \${version}\`, "it is not installed", "Install it"));
    }
  },
  switchCurrent(version) {
    symlinkSync(version, join(home.root, "trials", "current.new"));
    renameSync(join(home.root, "trials", "current.new"), join(home.root, "trials", "current"));
    return good(undefined);
  },
});
process.exit(await begin(process.argv.slice(2), releases));
`;

export class Releases {
  readonly program: Program;

  constructor(program: Program) {
    this.program = program;
  }

  /** The command that starts it, with faults planted. */
  make(version: string, ...plants: readonly Plant[]): readonly string[] {
    const folder = join(this.program.home, "trials", version);
    mkdirSync(folder, { recursive: true });
    for (const it of parts) cpSync(join(root, it), join(folder, it), { recursive: true });
    symlinkSync(realpathSync(join(root, "node_modules")), join(folder, "node_modules"));
    const text = readFileSync(join(folder, "package.json"), "utf8");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ ...JSON.parse(text), version }));
    writeFileSync(join(folder, "told.json"), JSON.stringify({ version, formats: dataFormats }));
    writeFileSync(join(folder, "src", "trial-main.ts"), main);
    for (const { file, find, put } of plants) {
      const before = readFileSync(join(folder, file), "utf8");
      if (!before.includes(find)) throw new Error(`${file} has no ${find}`);
      writeFileSync(join(folder, file), before.replace(find, put));
    }
    return [process.execPath, join(folder, "src", "trial-main.ts")];
  }

  /** The formats of its data, as its manifest says. */
  writes(version: string, its: typeof dataFormats): void {
    const folder = join(this.program.home, "trials", version);
    writeFileSync(join(folder, "told.json"), JSON.stringify({ version, formats: its }));
  }

  /** The release that the next start takes; undefined before any was confirmed. */
  get current(): string | undefined {
    try {
      return realpathSync(join(this.program.home, "trials", "current"))
        .split("/")
        .at(-1);
    } catch {
      return undefined;
    }
  }
}
