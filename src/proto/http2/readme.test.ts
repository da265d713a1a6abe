import { expect, test } from "bun:test";

test("the README names each file of the room, and no other", async () => {
  const files = await Array.fromAsync(new Bun.Glob("**/*.ts").scan({ cwd: import.meta.dir }));
  const readme = await Bun.file(`${import.meta.dir}/README.md`).text();
  const named = [...readme.matchAll(/^\| `([\w/-]+\.ts)`/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(files.filter((it) => !it.endsWith(".test.ts")).toSorted());
});
