// A root with two releases of this program, 0.2.0 in use and 0.3.0 beside it, and packages of them: built once in a process,
// and copied for each row that runs from an installed release. Only for tests.
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RealReleases } from "../program/real-release.ts";
import { must } from "./must.ts";

export const IN_USE = "0.2.0";
export const BESIDE = "0.3.0";
/** Cannot serve: each of its workers ends at once. */
export const BROKEN = "0.4.0";
const JOINED = 'tellSupervisor({ name: "worker.release.accept" });';
const CHANGED = "src/smtp/service.ts";

interface Packages {
  readonly root: string;
  /** By version, and the hotfix. */
  readonly files: ReadonlyMap<string, string>;
}

let packages: Promise<Packages> | undefined;

/** A copy of it that a row may break. */
export type InstallRoot = Pick<Packages, "root" | "files">;

export async function installRoot(): Promise<InstallRoot> {
  packages ??= build();
  const { root: template, files } = await packages;
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "inetsrv root "));
  must("chmod", "755", folder);
  const root = join(folder, "installed");
  must("cp", "-a", template, root);
  return { root, files };
}

async function build(): Promise<Packages> {
  const made = new RealReleases();
  process.on("exit", () => existsSync(made.folder) && rmSync(made.folder, { recursive: true }));
  const root = join(made.folder, "root");
  const files = new Map<string, string>();
  const sources = (clone: string): readonly string[] => [process.execPath, join(clone, "src", "main.ts")];
  const add = async (version: string, change: Parameters<RealReleases["clone"]>[1]) => {
    const clone = made.clone(version, change);
    files.set(version, await made.buildLight(clone));
    made.run(
      sources(clone),
      "release",
      "install",
      files.get(version) ?? "",
      "--to",
      root,
      "--trust",
      `${made.key}.pub`,
    );
    return clone;
  };
  await add(IN_USE, {});
  await add(BESIDE, { [CHANGED]: (it) => `${it}\n// another one\n` });
  const from = await add(BROKEN, {
    "src/worker/join-server.ts": (it) => it.replace(JOINED, `process.exit(9);\n${JOINED}`),
  });
  const hotfix = ["release", "hotfix", "build", "--base", BESIDE, "--id", "fix1", "--from", from, "--files", CHANGED];
  const starter = join(root, "current", "inetsrv");
  const built = made.run([starter], ...hotfix, "--key", made.key, "--json");
  files.set("hotfix", (JSON.parse(built.out) as { readonly package: string }).package);
  return { root, files };
}
