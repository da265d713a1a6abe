import { expect, test } from "bun:test";
import { appendFileSync, closeSync, ftruncateSync, openSync, renameSync, truncateSync } from "node:fs";
import { ManualClock } from "../../../base/clock.ts";
import { TestFolder } from "../testing/files.ts";
import { type Disk, systemDisk } from "./disk.ts";
import { FileSource, type Section } from "./file-source.ts";
import { openInside } from "./open-inside.ts";
import { PiecePool, pieceBytes } from "./piece-pool.ts";
import { readWhole } from "./read-whole.ts";

class Sending {
  readonly clock = new ManualClock();
  readonly pool = new PiecePool();
  private readonly disk: Disk;
  released = 0;

  constructor(disk: Disk) {
    this.disk = disk;
  }

  async source(files: TestFolder, name: string, sections?: readonly Section[]): Promise<FileSource> {
    const opened = await openInside(this.disk, files.path, [name], "inside");
    if (!opened.ok || opened.value.kind === "folder") throw new Error("no file");
    const { file, stamp } = opened.value;
    const release = () => {
      this.released++;
      this.disk.close(file);
    };
    const { disk, clock, pool } = this;
    const whole = [{ first: 0, last: stamp.size - 1 }];
    return new FileSource(opened.value, sections ?? whole, { disk, clock, pool }, release);
  }
}

async function all(source: FileSource): Promise<Buffer | "broken"> {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = await source.next();
    if (typeof piece === "string") {
      source.close();
      return piece === "over" ? Buffer.concat(pieces) : piece;
    }
    pieces.push(Buffer.from(piece));
  }
}

const content = Buffer.from(Uint8Array.from({ length: 1_500_000 }, (_, at) => (at * 7) ^ (at >> 8)));

const changes: Readonly<Record<string, (path: string) => void>> = {
  "is cut short": (path) => truncateSync(path, 300_000),
  grows: (path) => appendFileSync(path, "more"),
  "is written anew within": (path) => {
    const file = openSync(path, "r+");
    ftruncateSync(file, 0);
    ftruncateSync(file, content.length);
    closeSync(file);
  },
};

/** As if nothing lay in memory. */
const coldDisk: Disk = { ...systemDisk, readNow: () => 0 };

for (const [where, disk] of [
  ["out of memory", systemDisk],
  ["from disk", coldDisk],
] as const) {
  test(`a file is sent whole, in pieces that grow while the client keeps up, ${where}`, async () => {
    using files = new TestFolder({ a: content });
    const sending = new Sending(disk);
    const source = await sending.source(files, "a");
    expect(source.length).toBe(content.length);
    const lengths: number[] = [];
    const pieces: Buffer[] = [];
    for (let piece = await source.next(); typeof piece !== "string"; piece = await source.next()) {
      lengths.push(piece.length);
      pieces.push(Buffer.from(piece));
    }
    source.close();
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
    expect(lengths.slice(0, 3)).toEqual([pieceBytes.small, pieceBytes.large, pieceBytes.large]);
    expect(sending.released).toBe(1);
  });

  test(`a slow client gets small pieces, and nothing is read ahead for it, ${where}`, async () => {
    using files = new TestFolder({ a: content });
    const sending = new Sending(disk);
    const source = await sending.source(files, "a");
    for (let count = 0; count < 4; count++) {
      expect((await source.next()).length).toBe(pieceBytes.small);
      sending.clock.advance(1000);
    }
    source.close();
    expect(sending.released).toBe(1);
  });

  test(`sections are sent in their order, ${where}`, async () => {
    using files = new TestFolder({ a: content });
    const sections = [
      Buffer.from("<"),
      { first: 10, last: 400_009 },
      Buffer.from("|"),
      { first: 0, last: 0 },
      Buffer.from(">"),
    ];
    const source = await new Sending(disk).source(files, "a", sections);
    const wanted = Buffer.concat([
      Buffer.from("<"),
      content.subarray(10, 400_010),
      Buffer.from("|"),
      content.subarray(0, 1),
      Buffer.from(">"),
    ]);
    expect(source.length).toBe(wanted.length);
    expect(Buffer.compare((await all(source)) as Buffer, wanted)).toBe(0);
  });

  for (const [what, change] of Object.entries(changes))
    test(`a file that ${what} while it is sent breaks off, ${where}`, async () => {
      using files = new TestFolder({ a: content });
      const source = await new Sending(disk).source(files, "a");
      expect((await source.next()).length).toBe(pieceBytes.small);
      change(files.at("a"));
      expect(await all(source)).toBe("broken");
    });

  test(`a file that another is put in place of is sent as it was, ${where}`, async () => {
    using files = new TestFolder({ a: content, b: "other" });
    const source = await new Sending(disk).source(files, "a");
    const first = Buffer.from((await source.next()) as Buffer);
    renameSync(files.at("b"), files.at("a"));
    const rest = await all(source);
    expect(Buffer.concat([first, Buffer.from(rest)]).equals(content)).toBe(true);
  });

  test(`of a sparse file of a gigabyte no more is held than a few pieces, ${where}`, async () => {
    using files = new TestFolder({ a: "" });
    truncateSync(files.at("a"), 2 ** 30);
    const megabytes = (from: number, count: number) => ({ first: from * 2 ** 20, last: (from + count) * 2 ** 20 - 1 });
    const source = await new Sending(disk).source(files, "a", [megabytes(0, 50), megabytes(974, 50)]);
    const buffers = new Set<ArrayBufferLike>();
    let bytes = 0;
    for (let piece = await source.next(); typeof piece !== "string"; piece = await source.next()) {
      bytes += piece.length;
      buffers.add(piece.buffer);
    }
    source.close();
    expect(bytes).toBe(100 * 2 ** 20);
    expect(buffers.size).toBeLessThan(6);
  });
}

test("it is released once, and only when nothing is being read", async () => {
  using files = new TestFolder({ a: content });
  const sending = new Sending(coldDisk);
  const source = await sending.source(files, "a");
  await source.next();
  const promised = source.next();
  source.close();
  expect(sending.released).toBe(0);
  expect(await promised).toBe("broken");
  expect(sending.released).toBe(1);
});

test("a small file that lies in memory is not waited for", async () => {
  using files = new TestFolder({ a: "one" });
  const opened = await openInside(systemDisk, files.path, ["a"], "inside");
  if (!opened.ok || opened.value.kind === "folder") throw new Error("no file");
  const disk: Disk = { ...systemDisk, read: () => Promise.reject(new Error("it was waited for")) };
  expect((await readWhole(disk, opened.value, 100))?.bytes.toString()).toBe("one");
  systemDisk.close(opened.value.file);
});

test("a small file is read as one version, also when it changes in between", async () => {
  using files = new TestFolder({ a: "one" });
  const opened = await openInside(systemDisk, files.path, ["a"], "inside");
  if (!opened.ok || opened.value.kind === "folder") throw new Error("no file");
  let changes = 0;
  const read: typeof systemDisk.read = async (file, into, length, position) => {
    const count = await systemDisk.read(file, into, length, position);
    if (changes++ < 2) files.write("a", `version ${changes}`);
    return count;
  };
  expect((await readWhole({ ...coldDisk, read }, opened.value, 100))?.bytes.toString()).toBe("version 2");
  expect(await readWhole(systemDisk, opened.value, 3)).toBeUndefined();
  systemDisk.close(opened.value.file);
});
