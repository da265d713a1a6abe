// Finds the Bun of the pinned version among the installed packages. It never takes another Bun of the machine: a
// mixed version is the failure this project exists to prevent.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** `{ path }`, or `{ because }` with what each candidate answered. */
export function findBun(project) {
  const modules = join(project, "node_modules");
  const version = JSON.parse(readFileSync(join(project, "package.json"), "utf8")).dependencies.bun;
  const memory = join(modules, ".cache", "inetsrv.json");
  const last = recall(memory);
  if (last.version === version && last.stamp === stampOf(join(modules, last.bun)))
    return { path: join(modules, last.bun) };

  const answers = [];
  for (const bun of candidates(modules)) {
    const path = join(modules, bun);
    const stamp = stampOf(path);
    if (stamp === undefined) continue;
    const answer = versionOf(path);
    if (answer === version) {
      remember(memory, { bun, version, stamp });
      return { path };
    }
    answers.push(`${bun} ${answer}`);
  }
  const found = answers.length > 0 ? answers.join("; ") : "no package of it is installed for this system";
  return { because: `Bun ${version} is needed: ${found}` };
}

/** The command of the package, then the binary it comes from: where install scripts are off, the command is a stub. */
function candidates(modules) {
  const system = { win32: "windows" }[process.platform] ?? process.platform;
  const processor = { arm64: "aarch64" }[process.arch] ?? process.arch;
  const binary = join("bin", process.platform === "win32" ? "bun.exe" : "bun");
  const platformPackages = namesIn(join(modules, "@oven")).filter((it) => it.startsWith(`bun-${system}-${processor}`));
  return [join("bun", "bin", "bun.exe"), ...platformPackages.map((it) => join("@oven", it, binary))];
}

function namesIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Changes when the file does; undefined when there is none. */
function stampOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.ino}-${stat.size}-${stat.mtimeMs}`;
}

function versionOf(path) {
  const { status, stdout, error } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 20_000 });
  if (error) return `does not run (${error.code ?? error.message})`;
  return status === 0 ? stdout.trim() : `does not run (code ${status})`;
}

function recall(memory) {
  try {
    return JSON.parse(readFileSync(memory, "utf8"));
  } catch {
    return {}; // never asked yet, or half written: ask again
  }
}

function remember(memory, answer) {
  try {
    mkdirSync(dirname(memory), { recursive: true });
    writeFileSync(memory, JSON.stringify(answer));
  } catch {
    // A folder of another user: the question is cheap enough to be asked at each start.
  }
}
