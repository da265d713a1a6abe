// Makes the single file that people download: the program, its packages and Bun in one executable, dist/inetsrv.
// It builds what lies in the working folder and nothing else. --outfile=FILE puts it elsewhere; further arguments go to
// `bun build`, as --target=….
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./source.ts";

export interface Plan {
  readonly entry: string;
  /** What the program starts as threads of its own: the bundler does not see them. */
  readonly threads?: readonly string[];
  readonly outfile: string;
  readonly id: string;
  readonly more: readonly string[];
}

/** Builds; what goes wrong is said by `bun build` itself. True when the file is there. */
export async function build({ entry, threads = [], outfile, id, more }: Plan): Promise<boolean> {
  mkdirSync(dirname(outfile), { recursive: true });
  const flags = [
    "--compile",
    // Nothing that lies where the program is started may change it.
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    // Lets src/release tell one build from another.
    `--define=process.env.INETSRV_BUILD=${JSON.stringify(id)}`,
    // A stack in an error report names our files and lines; the map goes into the executable.
    "--sourcemap=linked",
    // The articles, read by src/release/program-files.ts.
    `--asset=${join(root, "knowledge")}`,
    `--outfile=${outfile}`,
  ];
  const command = [process.execPath, "build", ...flags, ...more, entry, ...threads];
  const child = Bun.spawn(command, { stdio: ["ignore", "ignore", "inherit"] });
  const done = (await child.exited) === 0;
  rmSync(`${outfile}.map`, { force: true });
  return done;
}

/** inetsrv itself. */
export const program = {
  entry: join(root, "src", "main.ts"),
  threads: [join(root, "src", "spool", "spool-thread.ts")],
} as const;

/** Stands for the sources: the same for the same files and the same Bun, on every machine. */
export async function buildId(below: string): Promise<string> {
  const paths: string[] = [];
  for (const pattern of ["src/**/*", "knowledge/**/*", "package.json", "package-lock.json"])
    for await (const path of new Bun.Glob(pattern).scan({ cwd: below, onlyFiles: true })) paths.push(path);
  const hash = createHash("sha256").update(Bun.version);
  for (const path of paths.map((it) => it.replaceAll("\\", "/")).sort()) {
    if (path.endsWith(".test.ts")) continue;
    // The length first, so that no text can pass for the name of the next file.
    const bytes = await Bun.file(join(below, path)).bytes();
    hash.update(`\n${path} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex").slice(0, 16);
}

if (import.meta.main) {
  const startedMs = performance.now();
  const [told, more] = [process.argv.slice(2), "--outfile="];
  const elsewhere = told.find((it) => it.startsWith(more))?.slice(more.length);
  const outfile = elsewhere ?? join(root, "dist", process.platform === "win32" ? "inetsrv.exe" : "inetsrv");
  const id = await buildId(root);
  const done = await build({ ...program, outfile, id, more: told.filter((it) => !it.startsWith(more)) });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (done) {
    const megabytes = (statSync(outfile).size / 1e6).toFixed(0);
    console.log(`${relative(root, outfile)}: ${megabytes} MB, build ${id}, made in ${seconds} s`);
  } else process.exitCode = 1;
}
