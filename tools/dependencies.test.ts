import { expect, test } from "bun:test";
import { join } from "node:path";
import { root } from "./source.ts";

interface Package {
  readonly version: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifest: Readonly<Record<"dependencies" | "devDependencies", Readonly<Record<string, string>>>> = await Bun.file(
  join(root, "package.json"),
).json();
const lock: { readonly packages: Readonly<Record<string, Package>> } = await Bun.file(
  join(root, "package-lock.json"),
).json();
const page = await Bun.file(join(root, "docs", "DEPENDENCIES.md")).text();

/** `name version licence` of each table row below a heading or a sentence of the page. */
function rowsBelow(start: string, end?: string): readonly string[] {
  const from = page.indexOf(start);
  expect(from).toBeGreaterThan(0);
  const part = page.slice(from, end === undefined ? undefined : page.indexOf(end));
  return [...part.matchAll(/^\| `(.+?)` \| (.+?) \| (.+?) \| \S.*\|$/gm)].map(([, ...cells]) => cells.join(" ")).sort();
}

const inLock = (name: string) => {
  const { version, license } = lock.packages[`node_modules/${name}`] ?? {};
  return `${name} ${version} ${license}`;
};

test("docs/DEPENDENCIES.md names each dependency with its version and licence, and no other", () => {
  const { dependencies, devDependencies } = manifest;
  expect(rowsBelow("## In the program", "It brings along")).toEqual(Object.keys(dependencies).map(inLock).sort());
  expect(rowsBelow("## For work")).toEqual(Object.keys(devDependencies).map(inLock).sort());
});

test("docs/DEPENDENCIES.md names all that the dependencies bring into the program", () => {
  const brought = Object.entries(lock.packages)
    .filter(([place, it]) => place !== "" && it.dev !== true && it.optional !== true)
    .map(([place]) => place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length))
    .filter((name) => manifest.dependencies[name] === undefined);
  expect(rowsBelow("It brings along", "## For work")).toEqual([...new Set(brought)].map(inLock).sort());
});

test("every dependency is pinned to one exact version, the one that is locked", () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(lock.packages[`node_modules/${name}`]?.version).toBe(version);
  }
});

test("the lock names the packages of every system, so that `npm ci` works on each", () => {
  const optional = Object.values(lock.packages).flatMap((it) => Object.keys(it.optionalDependencies ?? {}));
  const lacking = optional.filter((name) => lock.packages[`node_modules/${name}`] === undefined);
  expect(lacking).toEqual([]);
});
