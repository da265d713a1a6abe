// The launcher's own work: has the packages installed when they are missing, finds Bun among them, and runs src/main.ts,
// or the script after `--run`, in the caller's folder. It uses nothing outside Node, and no release contains it.
import { devNull } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findBun } from "./find-bun.mjs";
import { installPackages, whyNotInstalled } from "./packages.mjs";
import { endLike, runChild } from "./run-child.mjs";
import { stop } from "./stop.mjs";

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const [first, script, ...rest] = process.argv.slice(2);
const runsTool = first === "--run";

if (runsTool && script === undefined)
  stop(
    "Cannot run a script",
    "--run wants a file of the project",
    "Example: node tools/launch.mjs --run tools/test.ts",
  );

// The server itself needs no development packages; every other script of the project may.
const lacking = () => whyNotInstalled(project, runsTool) ?? findBun(project).because;
if (lacking() !== undefined) await installPackages(project, runsTool, lacking);
const bun = findBun(project);
if (bun.path === undefined)
  stop(
    `Cannot find Bun in ${join(project, "node_modules")}`,
    bun.because,
    "Run `npm ci` in that folder; where it was told to leave out optional packages, allow them (--include=optional)",
  );

// Nothing that lies in the caller's folder may change the program: no .env, no bunfig.toml and no tsconfig.json (both can
// name code to be loaded), and no package fetched on the way.
const flags = ["--no-env-file", `--config=${devNull}`, `--tsconfig-override=${devNull}`, "--no-install"];
const entry = runsTool
  ? [resolve(project, script), ...rest]
  : [join(project, "src", "main.ts"), ...process.argv.slice(2)];
const end = await runChild(bun.path, [...flags, ...entry], { stdio: "inherit" });
if (end.error !== undefined)
  stop(`Cannot start ${bun.path}`, end.error.message, "Run `npm ci` in the project's folder");
await endLike(end);
