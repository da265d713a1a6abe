import { expect, test } from "bun:test";
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FILE_BYTES_MAX } from "../read-material.ts";
import { DiskFiles } from "./certificate-files.ts";

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "inetsrv-files-"));
  readonly files = new DiskFiles();

  in(name: string): string {
    return join(this.path, name);
  }

  [Symbol.dispose](): void {
    this.files.close();
    rmSync(this.path, { recursive: true });
  }
}

test("a file is read whole, also through a link, and what is none says what it is", async () => {
  using folder = new Folder();
  writeFileSync(folder.in("one"), "text");
  symlinkSync("one", folder.in("link"));
  symlinkSync("circle", folder.in("circle"));
  writeFileSync(folder.in("large"), Buffer.alloc(FILE_BYTES_MAX + 1));
  Bun.spawnSync(["mkfifo", folder.in("pipe")]);
  const read = async (name: string) => {
    const it = await folder.files.read(folder.in(name));
    return it.ok ? Buffer.from(it.value).toString() : it.error;
  };
  expect([await read("one"), await read("link")]).toEqual(["text", "text"]);
  expect(await Promise.all(["gone", "one/below", "circle", ".", "large", "pipe"].map(read))).toEqual([
    "there is no such file",
    "there is no such file",
    "its links go in a circle",
    "it is no file",
    `it has more than ${FILE_BYTES_MAX} bytes`,
    "it is no file",
  ]);
});

test("a link that is replaced in one step is noticed, as certbot replaces it", async () => {
  using folder = new Folder();
  symlinkSync("archive-1", folder.in("live.pem"));
  const { promise, resolve } = Promise.withResolvers<void>();
  folder.files.watch([folder.in("live.pem")], resolve);
  symlinkSync("archive-2", folder.in("next"));
  renameSync(folder.in("next"), folder.in("live.pem"));
  await promise;
  expect(await folder.files.read(folder.in("live.pem"))).toEqual({ ok: false, error: "there is no such file" });
});

test("a folder that comes later is watched from the next call on, and one that is not asked for no more", async () => {
  using folder = new Folder();
  const calls: string[] = [];
  folder.files.watch([folder.in("missing/one")], () => calls.push("missing"));
  folder.files.watch([folder.in("one")], () => calls.push("here"));
  folder.files.watch([], () => calls.push("nothing"));
  writeFileSync(folder.in("one"), "text");
  const { promise, resolve } = Promise.withResolvers<void>();
  folder.files.watch([folder.in("two")], resolve);
  writeFileSync(folder.in("two"), "text");
  await promise;
  expect(calls).toEqual([]);
});
