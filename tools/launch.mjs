// Starts inetsrv from a clone with nothing but Node and npm on the machine: installs the packages when they are
// missing, finds Bun among them, and runs src/main.ts, or another script of the project after `--run`.
// It may use nothing outside Node itself, and it never runs inside the released program.
import { devNull } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findBun } from "./launch/find-bun.mjs";
import { installPackages, whyNotInstalled } from "./launch/packages.mjs";
import { endLike, runChild } from "./launch/run-child.mjs";
import { stop } from "./launch/stop.mjs";

const NODE_MAJOR_MIN = 20;
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const [first, script, ...rest] = process.argv.slice(2);
const runsTool = first === "--run";

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN)
  stop(
    "Cannot start inetsrv",
    `Node ${NODE_MAJOR_MIN} or newer is needed, this is Node ${process.versions.node}`,
    "Install a newer Node, or use the single-file program of a release",
  );
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

// Nothing that lies in the caller's folder may change the program: no .env, no bunfig.toml (it can name code to be
// loaded), and no package fetched on the way.
const flags = ["--no-env-file", `--config=${devNull}`, "--no-install"];
const entry = runsTool
  ? [resolve(project, script), ...rest]
  : [join(project, "src", "main.ts"), ...process.argv.slice(2)];
const end = await runChild(bun.path, [...flags, ...entry], { stdio: "inherit" });
if (end.error !== undefined)
  stop(`Cannot start ${bun.path}`, end.error.message, "Run `npm ci` in the project's folder");
await endLike(end);
