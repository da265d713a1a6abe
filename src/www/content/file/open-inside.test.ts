import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { TestFolder } from "../testing/files.ts";
import { type Disk, systemDisk } from "./disk.ts";
import { isBelow, type LinkRule, openInside } from "./open-inside.ts";

/** The status, or what was opened. */
async function look(folder: string, path: string, links: LinkRule = "inside", disk: Disk = systemDisk) {
  const opened = await openInside(disk, folder, path.split("/"), links);
  if (!opened.ok) return opened.error.status + opened.error.substatus / 100;
  if (opened.value.kind === "file") disk.close(opened.value.file);
  return opened.value.kind;
}

test("files and folders are opened, and nothing else is", async () => {
  using files = new TestFolder({ "a.txt": "a", "sub/b.txt": "b" });
  execFileSync("mkfifo", [files.at("pipe")]);
  expect(await look(files.path, "a.txt")).toBe("file");
  expect(await look(files.path, "sub")).toBe("folder");
  expect(await look(files.path, "pipe")).toBe(404);
  expect(await look(files.path, "none")).toBe(404);
  expect(await look(files.path, "a.txt/b")).toBe(404);
  expect(await look(files.path, "x".repeat(300))).toBe(404);
});

test("a link out of the folder is refused wherever it stands on the way, and followed inside", async () => {
  using outside = new TestFolder({ "secret.txt": "s" });
  using files = new TestFolder({ "a.txt": "a", "sub/b.txt": "b" });
  symlinkSync(outside.at("secret.txt"), files.at("file"));
  symlinkSync(outside.path, files.at("folder"));
  symlinkSync("sub/b.txt", files.at("inner"));
  symlinkSync("sub", files.at("way"));
  symlinkSync("loop", files.at("loop"));
  const cases: readonly (readonly [string, ...(string | number)[]])[] = [
    ["file", 403.02, 403.02, "file"],
    ["folder", 403.02, 403.02, "folder"],
    ["folder/secret.txt", 403.02, 403.02, "file"],
    ["inner", 403.02, "file", "file"],
    ["way/b.txt", 403.02, "file", "file"],
    ["a.txt", "file", "file", "file"],
    ["loop", 404, 404, 404],
  ];
  for (const [path, ...wanted] of cases)
    expect([
      path,
      ...(await Promise.all((["refuse", "inside", "anywhere"] as const).map((it) => look(files.path, path, it)))),
    ]).toEqual([path, ...wanted]);
});

test("a folder that begins with the same letters is not inside", () => {
  expect(isBelow("/a/site", "/a/site2/x")).toBe(false);
  expect(isBelow("/a/site", "/a/site/x")).toBe(true);
  expect(isBelow("/", "/x")).toBe(true);
});

test("the folder itself may be a link, which leads elsewhere a moment later", async () => {
  using first = new TestFolder({ "a.txt": "1" });
  using second = new TestFolder({ "a.txt": "2" });
  using links = new TestFolder();
  symlinkSync(first.path, links.at("one"));
  symlinkSync(second.path, links.at("two"));
  for (const links_ of ["refuse", "inside"] as const) {
    expect(await look(links.at("one"), "a.txt", links_)).toBe("file");
    expect(await look(links.at("two"), "a.txt", links_)).toBe("file");
  }
});

test("what was put in the way behind the look at it does not help: the open file is asked", async () => {
  using outside = new TestFolder({ "secret.txt": "s" });
  using files = new TestFolder({ "a.txt": "a" });
  const disk: Disk = { ...systemDisk, open: () => systemDisk.open(outside.at("secret.txt")) };
  expect(await look(files.path, "a.txt", "inside", disk)).toBe(403.02);
});

test("what the system refuses becomes a status, and no file stays open", async () => {
  using files = new TestFolder({ "a.txt": "a" });
  const cases = [
    ["EACCES", 403.02],
    ["EPERM", 403.02],
    ["EMFILE", 503.02],
    ["ENFILE", 503.02],
    ["EIO", 500],
  ] as const;
  for (const [code, status] of cases) {
    const open = () => Promise.reject(Object.assign(new Error(code), { code }));
    expect(await look(files.path, "a.txt", "inside", { ...systemDisk, open })).toBe(status);
  }
  let closed = 0;
  const lookAtOpen = () => {
    throw Object.assign(new Error("EIO"), { code: "EIO" });
  };
  const close = (file: number) => {
    closed++;
    systemDisk.close(file);
  };
  expect(await look(files.path, "a.txt", "inside", { ...systemDisk, lookAtOpen, close })).toBe(500);
  expect(closed).toBe(1);
});
