import { expect, test } from "bun:test";
import { readdirSync, realpathSync, symlinkSync } from "node:fs";
import { relative } from "node:path";
import { TestFolder } from "../testing/files.ts";
import { systemDisk } from "./disk.ts";

const openFiles = () => readdirSync("/proc/self/fd").length; // system path

test("what is open says where it lies, however it was asked for", async () => {
  using files = new TestFolder({ "sub/a.txt": "a" });
  symlinkSync("sub", files.at("way"));
  symlinkSync("a.txt", files.at("sub/b.txt"));
  const [place, folder] = [files.at("sub/a.txt"), files.at("sub")].map((it) => realpathSync(it));
  const before = openFiles();
  for (const [path, wanted] of [
    [files.at("sub/a.txt"), place],
    [files.at("sub/b.txt"), place],
    [files.at("way/a.txt"), place],
    [`${files.path}//sub/./a.txt`, place],
    [`${files.path}/way/../sub/a.txt`, place],
    [relative(process.cwd(), files.at("sub/a.txt")), place],
    [files.at("sub"), folder],
    [`${files.path}/sub/`, folder],
    ["/", "/"],
  ] as const) {
    const handle = await systemDisk.open(path);
    systemDisk.close(handle.file);
    expect([path, handle.place]).toEqual([path, wanted ?? ""]);
  }
  await expect(systemDisk.open(files.at("none"))).rejects.toThrow("ENOENT");
  expect(openFiles()).toBe(before);
});

test("a look tells of what kind something is, and of nothing where nothing is", () => {
  using files = new TestFolder({ "a.txt": "a" });
  symlinkSync("none", files.at("link"));
  const kindOf = (path: string) => systemDisk.lookNow(path)?.kind;
  expect([files.at("a.txt"), files.path, "/dev/null"].map(kindOf)).toEqual(["file", "folder", "other"]);
  const long = `/${"x".repeat(5000)}`;
  expect([files.at("none"), files.at("link"), files.at("a.txt/b"), long].map(kindOf)).toEqual(Array(4).fill(undefined));
});
