// Are the packages there that package-lock.json names, and if not, npm fetches them: one start at a time.
// It changes nothing but node_modules.
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
import { endLike, runChild } from "./run-child.mjs";
import { stop } from "./stop.mjs";

/** Why an install is needed, as the end of a sentence; undefined when all fits. Reads two files, asks nobody. */
export function whyNotInstalled(project, withDevelopment) {
  const installed = read(join(project, "node_modules", ".package-lock.json"))?.packages;
  if (installed === undefined) return "no finished install is there";
  for (const [place, wanted] of Object.entries(wantedPackages(project))) {
    const version = installed[place]?.version;
    if (version === wanted.version) continue;
    // Packages for other systems are not installed; development packages may be left out on purpose.
    if (version === undefined && (wanted.optional || (wanted.dev && !withDevelopment))) continue;
    return `${place} is ${version ?? "missing"}, package-lock.json wants ${wanted.version}`;
  }
  return undefined;
}

/** What package-lock.json names; without one, the exact versions of package.json. */
function wantedPackages(project) {
  const lock = read(join(project, "package-lock.json"));
  if (lock !== undefined) {
    const { "": _ourselves, ...packages } = lock.packages;
    return packages;
  }
  const { dependencies = {}, devDependencies = {} } = read(join(project, "package.json")) ?? {};
  const place = (dev) => (entry) => [`node_modules/${entry[0]}`, { version: entry[1], dev }];
  return Object.fromEntries([
    ...Object.entries(dependencies).map(place(false)),
    ...Object.entries(devDependencies).map(place(true)),
  ]);
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Installs while `why()` gives a reason, or waits for the other start that does; ends with a sentence when it cannot. */
export async function installPackages(project, withDevelopment, why) {
  const lock = join(project, "node_modules.lock");
  const onWait = (pids) => console.error(`inetsrv: waiting for process ${pids}, which installs packages (${lock})`);
  try {
    await withLock(lock, onWait, async (share) => {
      const because = why();
      if (because === undefined) return; // done by the other one
      console.error(`inetsrv: installing packages into ${join(project, "node_modules")} (${because})`);
      await runNpm(project, withDevelopment, share);
    });
  } catch (error) {
    stop(
      `Cannot install the packages into ${join(project, "node_modules")}`,
      error.message,
      `Run \`npm ci\` in ${project} once, as the user who owns it`,
    );
  }
}

async function runNpm(project, withDevelopment, onStart) {
  const verb = existsSync(join(project, "package-lock.json")) ? "ci" : "install";
  const args = [verb, "--no-update-notifier", "--include=optional", ...(withDevelopment ? ["--include=dev"] : [])];
  const cache = cacheFolder();
  const env = cache === undefined ? process.env : { ...process.env, npm_config_cache: cache };
  // What npm says goes to standard error: standard output belongs to the command that was asked for.
  const [file, ...before] = npmCommand();
  const shell = process.platform === "win32" && before.length === 0;
  const options = { cwd: project, env, shell, stdio: ["ignore", 2, 2] };
  const end = await runChild(file, [...before, ...args], options, onStart);
  if (cache !== undefined) rmSync(cache, { recursive: true, force: true });

  const attempted = `Cannot install the packages into ${join(project, "node_modules")}`;
  if (end.error !== undefined)
    stop(
      attempted,
      `npm does not start (${end.error.code ?? end.error.message})`,
      "Install npm, which comes with Node",
    );
  if (end.signal !== null) await endLike(end);
  if (end.code !== 0)
    stop(
      attempted,
      `\`npm ${verb}\` ended with code ${end.code}, its own words are above`,
      `It needs the npm registry, or an npm cache that has everything: mend the network, or npm's proxy and registry settings, then start again; \`npm ${verb}\` in ${project} shows the same without inetsrv`,
    );
}

/** The npm that started us, so that one npm does everything; otherwise the one on the PATH. */
function npmCommand() {
  const path = process.env.npm_execpath;
  return path?.endsWith("npm-cli.js") && existsSync(path) ? [process.execPath, path] : ["npm"];
}

/** A cache of our own for a user who has no home to keep npm's in, as service accounts; else undefined. */
function cacheFolder() {
  if (process.platform === "win32") return undefined;
  let folder = process.env.npm_config_cache || join(homedir(), ".npm");
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch {
    return mkdtempSync(join(tmpdir(), "inetsrv-npm-"));
  }
}
