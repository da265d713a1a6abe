import { expect, test } from "bun:test";
import { ManualClock } from "../../../base/clock.ts";
import { type Disk, systemDisk } from "../file/disk.ts";
import { TestFolder } from "../testing/files.ts";
import { FolderNames } from "./folder-names.ts";

/** Counts how often a folder is read. */
function counting() {
  const disk = {
    ...systemDisk,
    reads: 0,
    names(folder: string) {
      disk.reads++;
      return systemDisk.names(folder);
    },
  };
  return disk;
}

const later = () => new ManualClock(Date.now() + 60_000);

test("a folder is read once, until something comes or goes in it", async () => {
  using files = new TestFolder({ "Docs/ReadMe.txt": "r" });
  const disk = counting();
  const names = new FolderNames(disk satisfies Disk, later());
  for (let count = 0; count < 5; count++)
    expect(await names.resolve(files.path, ["DOCS", "README.TXT"])).toEqual(["Docs", "ReadMe.txt"]);
  expect(disk.reads).toBe(2);
  expect(await names.resolve(files.path, ["docs", "new.txt"])).toBeUndefined();
  files.write("Docs/New.txt", "n");
  expect(await names.resolve(files.path, ["docs", "new.txt"])).toEqual(["Docs", "New.txt"]);
});

test("a name that fits as it is costs no reading", async () => {
  using files = new TestFolder({ "Docs/a.txt": "a" });
  const disk = counting();
  expect(await new FolderNames(disk, later()).resolve(files.path, ["Docs", "a.txt"])).toEqual(["Docs", "a.txt"]);
  expect(disk.reads).toBe(0);
});

test("no more folders are remembered than may be", async () => {
  using files = new TestFolder(Object.fromEntries(Array.from({ length: 520 }, (_, index) => [`D${index}/A.txt`, ""])));
  const disk = counting();
  const names = new FolderNames(disk, later());
  for (let index = 0; index < 520; index++) await names.resolve(files.path, [`D${index}`, "a.txt"]);
  const before = disk.reads;
  await names.resolve(files.path, ["D519", "a.txt"]);
  expect(disk.reads).toBe(before);
  await names.resolve(files.path, ["D0", "a.txt"]);
  expect(disk.reads).toBe(before + 1);
});
