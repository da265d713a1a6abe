import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build, buildId } from "./build.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "inetsrv build "));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, text: string) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};

test("the id changes with every file of the program, by content and by name, and with no test", async () => {
  put("src/main.ts", "one");
  put("knowledge/port-in-use.md", "two");
  const ids = [await buildId(folder)];
  put("src/main.test.ts", "a test");
  expect(await buildId(folder)).toBe(ids[0] ?? "");
  const changes: readonly (readonly [string, string])[] = [
    ["src/main.ts", "other"],
    ["src/base/more.ts", ""],
    ["src/base/more.html", ""],
    ["knowledge/port-in-use.md", "three"],
    ["package-lock.json", "{}"],
  ];
  for (const [name, text] of changes) {
    put(name, text);
    ids.push(await buildId(folder));
  }
  expect(new Set(ids).size).toBe(changes.length + 1);
  expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
});

test("the executable carries its id, names our lines in a stack, and takes nothing from the folder it starts in", async () => {
  put(
    "entry.ts",
    `const told: string | undefined = process.env.FROM_DOTENV;\n\nconsole.log(process.env.INETSRV_BUILD, told, new Error("x").stack);`,
  );
  put("started in/.env", "FROM_DOTENV=1");
  put("started in/bunfig.toml", 'preload = ["./preload.ts"]');
  put("started in/preload.ts", 'console.log("preloaded")');
  const outfile = join(folder, "dist", "program");
  expect(await build({ entry: join(folder, "entry.ts"), outfile, id: "some-id", more: [] })).toBe(true);
  expect(readdirSync(dirname(outfile))).toEqual(["program"]);
  const child = Bun.spawn([outfile], { cwd: join(folder, "started in"), stdout: "pipe" });
  const said = await child.stdout.text();
  expect(said).toStartWith("some-id undefined Error: x");
  expect(said).toContain("entry.ts:3:");
});

test("what does not compile is no success", async () => {
  put("broken.ts", 'import { nothing } from "./nowhere.ts"; nothing();');
  const entry = join(folder, "broken.ts");
  const child = Bun.spawn(
    [
      process.execPath,
      "-e",
      `import { build } from ${JSON.stringify(join(import.meta.dir, "build.ts"))};
       process.exit((await build({ entry: ${JSON.stringify(entry)}, outfile: ${JSON.stringify(join(folder, "no", "program"))}, id: "", more: [] })) ? 0 : 3);`,
    ],
    { stderr: "pipe" },
  );
  expect(await child.stderr.text()).toContain("./nowhere.ts");
  expect(await child.exited).toBe(3);
});
