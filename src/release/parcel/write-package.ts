// Writes a package file: the manifest, its signature, then every file that it lists, packed as the name of the file says.
import { createReadStream, createWriteStream, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGzip, createZstdCompress } from "node:zlib";
import { sync } from "../../base/disk.ts";
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import { refuse } from "../disk.ts";
import type { Files, SignedText } from "../manifest/manifest.ts";
import { signatureOf } from "../manifest/path.ts";
import { tarEnd, tarFilling, tarHeader } from "./tar-writer.ts";

export interface PackagePlan {
  readonly file: string;
  /** The name of the manifest. */
  readonly head: string;
  readonly signed: SignedText;
  readonly files: Files;
  /** Where the files lie. */
  readonly folder: string;
  readonly tell?: (bytes: number) => void;
}

const packers: readonly (readonly [string, () => NodeJS.ReadWriteStream])[] = [
  [".tar.zst", () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 9 } })],
  [".tar.gz", () => createGzip()],
  [".tar", () => new PassThrough()],
];

export async function writePackage(plan: PackagePlan): Promise<Result<void, Fault>> {
  const { file } = plan;
  const part = `${file}.part-${process.pid}`;
  const packer = packers.find(([ending]) => file.endsWith(ending))?.[1];
  if (packer === undefined) throw new Error(`${file} does not end as a package does`);
  try {
    await pipeline(Readable.from(blocksOf(plan)), packer(), createWriteStream(part, { flush: true }));
    renameSync(part, file);
    sync(dirname(file));
    return good(undefined);
  } catch (error) {
    rmSync(part, { force: true });
    return bad(
      refuse({ subject: about("file", file), attempted: `Cannot write the package ${file}` }, messageOf(error)),
    );
  }
}

async function* blocksOf({ head, signed, files, folder, tell }: PackagePlan): AsyncGenerator<Uint8Array> {
  const small = [
    [head, signed.text],
    ...(signed.signature === null ? [] : [[signatureOf(head), `${signed.signature}\n`]]),
  ];
  for (const [name = "", text = ""] of small) {
    const bytes = Buffer.from(text);
    yield tarHeader(name, bytes.length, "644");
    yield bytes;
    yield tarFilling(bytes.length);
  }
  for (const [path, { size, mode }] of files) {
    yield tarHeader(path, size, mode);
    let written = 0;
    for await (const piece of createReadStream(join(folder, path), { highWaterMark: 1024 * 1024 })) {
      written += (piece as Uint8Array).length;
      tell?.((piece as Uint8Array).length);
      yield piece as Uint8Array;
    }
    if (written !== size) throw new Error(`${path} has changed meanwhile`);
    yield tarFilling(size);
  }
  yield tarEnd();
}
