// What a release is made of, taken from a clone: sources, articles, the packages that the program needs, the runtime, and
// what people read. Tests and tools stay behind.
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { devNull } from "node:os";
import { join } from "node:path";
import type { FileMode } from "../manifest/manifest.ts";

export type Form = "sources" | "executable";

export interface PlannedFile {
  readonly path: string;
  readonly mode: FileMode;
  /** A file, or the text itself. */
  readonly from: { readonly file: string } | { readonly text: string };
}

export interface ReleasePlan {
  readonly start: readonly string[];
  readonly files: readonly PlannedFile[];
}

/** Nothing that lies where the program is started, or above it, may change it. */
const flags = ["--no-env-file", `--config=${devNull}`, `--tsconfig-override=${devNull}`, "--no-install"];

/** By hand: `<root>/current/inetsrv status`, in whatever folder and by whatever link. */
const starter = `#!/bin/sh
here=$(dirname -- "$(readlink -f -- "$0")")
exec "$here/runtime/bun" ${flags.join(" ")} "$here/src/start.ts" "$@"
`;

const papers = ["LICENSE", "README.md", "CHANGELOG.md"];
const paperFolders = ["docs", "packaging"];

/** `runtime` is the Bun, or the executable, that it starts with. */
export function planRelease(clone: string, form: Form, runtime: string): ReleasePlan {
  const read = [...papers, ...paperFolders.flatMap((it) => below(clone, it, () => true))];
  const shared = read.filter((it) => existsSync(join(clone, it))).map((it) => plain(clone, it));
  if (form === "executable")
    return { start: ["inetsrv"], files: [{ path: "inetsrv", mode: "755", from: { file: runtime } }, ...shared] };
  const program = [
    "package.json",
    ...below(clone, "src", (it) => /\.(ts|json|html)$/.test(it) && !/(\.test\.ts$|\/testing\/)/.test(it)),
    ...below(clone, "knowledge", (it) => it.endsWith(".md")),
    ...packagesOf(clone).flatMap((it) => below(clone, it, isOfPackage)),
  ];
  return {
    start: ["runtime/bun", ...flags, "src/start.ts"],
    files: [
      { path: "runtime/bun", mode: "755", from: { file: runtime } },
      { path: "inetsrv", mode: "755", from: { text: starter } },
      ...program.map((it) => plain(clone, it)),
      ...shared,
    ],
  };
}

const plain = (clone: string, path: string): PlannedFile => ({ path, mode: "644", from: { file: join(clone, path) } });

/** What is loaded, and the licence; not the sources, types and maps beside it, nor packages inside the package. */
const isOfPackage = (path: string): boolean =>
  /(\.(js|mjs|cjs)|\/package\.json|\/licen[cs]e[^/]*)$/i.test(path) &&
  !/\/(src|test)\//.test(path) &&
  path.lastIndexOf("/node_modules/") <= path.indexOf("/node_modules/");

/** The folders of the packages that the program needs, and of those that they need; the runtime comes by itself. */
function packagesOf(clone: string): readonly string[] {
  const found = new Set<string>();
  const waiting = Object.keys(dependenciesOf(join(clone, "package.json")))
    .filter((it) => it !== "bun")
    .map((name) => ({ name, from: "" }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = resolvePackage(clone, next.name, next.from);
    if (found.has(folder)) continue;
    found.add(folder);
    for (const name of Object.keys(dependenciesOf(join(clone, folder, "package.json"))))
      waiting.push({ name, from: folder });
  }
  return [...found];
}

/** As the runtime looks for it: beside the one that wants it, then further up. */
function resolvePackage(clone: string, name: string, from: string): string {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf("node_modules/") - 1, 0))) {
    const folder = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (existsSync(join(clone, folder, "package.json"))) return folder;
    if (at === "") throw Object.assign(new Error(`the package ${name} is not installed`), { code: "ENOENT" });
  }
}

function dependenciesOf(file: string): Readonly<Record<string, string>> {
  const { dependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as { dependencies?: Record<string, string> };
  return dependencies;
}

/** Paths of plain files, with slashes, in a stable order. */
function below(clone: string, folder: string, take: (path: string) => boolean): readonly string[] {
  if (!existsSync(join(clone, folder))) return [];
  const paths: string[] = [];
  for (const name of readdirSync(join(clone, folder)).sort()) {
    const path = `${folder}/${name}`;
    const stat = lstatSync(join(clone, path));
    if (stat.isDirectory()) paths.push(...below(clone, path, take));
    else if (stat.isFile() && take(path)) paths.push(path);
  }
  return paths;
}
