// Puts batches of whole lines at the end of a file that other workers append to as well, and that anybody may move,
// remove or cut at any time. It throws nothing: it says how much went in, and decides nothing about trying again.
//
// What a reader may see: the header stands before the first line of a file, once, however many workers begin it together,
// and again where the fields change or it lies far back. When the disk fills up, the last line may be unfinished; it is
// finished when there is room. If another worker was quicker then, the unfinished part stays as a short line, and the line
// comes again whole. An empty line is possible too, and means nothing.
import { dirname } from "node:path";
import { type AccessDisk, type FileExtent, isSameFile, type OpenedLog } from "./access-disk.ts";
import type { LogFormat } from "./format.ts";
import { endingOf, mayFollow } from "./log-ending.ts";

export interface Appended {
  /** Bytes of whole lines that are in the file. */
  readonly taken: number;
  /** The file was begun with it. */
  readonly began: boolean;
  /** Why it was not everything. */
  readonly error?: unknown;
}

/** Lines of one format, to be put into one file. */
export interface Lines {
  readonly path: string;
  readonly bytes: Buffer;
  readonly format: LogFormat;
  /** For the header. */
  readonly atMs: number;
}

/** How the file was left by the last batch. */
interface Left extends FileExtent {
  readonly path: string;
  readonly directive: string;
  /** Bytes of a line that is not finished. */
  readonly begun: number;
}

const NEWLINE = 0x0a;

export class LogAppender {
  private readonly disk: AccessDisk;
  private left: Left | undefined;

  constructor(disk: AccessDisk) {
    this.disk = disk;
  }

  /** Lines that did not go in are to come again, first in the next batch for the same file. */
  async append(lines: Lines): Promise<Appended> {
    let file: OpenedLog | undefined;
    let began = false;
    let result: Omit<Appended, "began">;
    try {
      file = await this.disk.open(lines.path);
      began = file === undefined;
      file ??= await this.begin(lines);
      result = await this.write(file, lines);
    } catch (error) {
      result = { taken: 0, error };
    }
    try {
      await file?.close();
    } catch (error) {
      result = { error, ...result }; // some file systems over a network say only now what they could not keep
    }
    return { ...result, began: began && result.taken > 0 };
  }

  /** The same at once, where the file is known or new and its disk is quick. What is not taken is for `append`. */
  appendNow(lines: Lines): Appended {
    const { disk } = this;
    const began = !isFor(lines, this.left) && this.beginNow(lines);
    const { left } = this;
    if (left === undefined || left.begun > 0 || !isFor(lines, left)) return { taken: 0, began };
    const done = disk.appendNow?.(lines.path, left, lines.bytes, (since) => mayFollow(since, left.directive));
    if (done === undefined) return { taken: 0, began };
    const { at, written } = done;
    return { ...this.written(lines, { ...left, bytes: at }, { done: written, written }), began };
  }

  private beginNow({ path, format, atMs }: Lines): boolean {
    const begun = this.disk.createNow?.(path, format.header(atMs));
    if (begun === undefined) return false;
    this.left = { path, directive: format.directive, begun: 0, ...begun };
    return true;
  }

  private async begin({ path, format, atMs }: Lines): Promise<OpenedLog> {
    const header = format.header(atMs);
    try {
      await this.disk.create(path, header);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await this.disk.makeFolder(dirname(path));
      await this.disk.create(path, header);
    }
    const file = await this.disk.open(path);
    if (file === undefined) throw new Error("the file was removed as soon as it was made");
    return file;
  }

  private async write(file: OpenedLog, lines: Lines): Promise<Omit<Appended, "began">> {
    const { left } = this;
    this.left = undefined;
    const now = await file.state();
    const { bytes } = now;
    const known = left !== undefined && isFor(lines, left) && isSameFile(left, now) ? left : undefined;
    if (known?.bytes === bytes) {
      const more = await appendAll(file, lines.bytes.subarray(known.begun));
      return this.written(lines, now, { done: known.begun + more.written, ...more });
    }
    const before = await between(file, lines, known !== undefined && known.bytes <= bytes ? known.bytes : undefined);
    const all = await appendAll(file, Buffer.concat([before, lines.bytes]));
    // A header that did not go in whole counts as nothing known: the next batch begins on a new line with another one.
    if (all.written < before.length) return { taken: 0, error: all.error };
    return this.written(lines, now, { done: all.written - before.length, ...all });
  }

  /**
   * Of a file that was `before`, so many of the lines' bytes are in it now (`done`), `written` of them and of what stands in
   * front of them by the last call.
   */
  private written(
    { path, format, bytes: given }: Lines,
    { device, inode, bytes }: FileExtent,
    { done, written, error }: { readonly done: number } & Written,
  ): Omit<Appended, "began"> {
    const taken = done === 0 ? 0 : given.lastIndexOf(NEWLINE, done - 1) + 1;
    this.left = { path, device, inode, directive: format.directive, bytes: bytes + written, begun: done - taken };
    return error === undefined ? { taken } : { taken, error };
  }
}

const isFor = ({ path, format }: Lines, left: Left | undefined): boolean =>
  left?.path === path && left.directive === format.directive;

interface Written {
  readonly written: number;
  readonly error?: unknown;
}

/** Goes on after a short write: most of them are followed by the error that tells why. */
async function appendAll(file: OpenedLog, batch: Buffer): Promise<Written> {
  let written = 0;
  try {
    while (written < batch.length) {
      const taken = await file.append(batch.subarray(written));
      if (taken === 0) throw Object.assign(new Error("ENOSPC: nothing was taken"), { code: "ENOSPC" });
      written += taken;
    }
    return { written };
  } catch (error) {
    return { written, error };
  }
}

/** What has to stand between the end of the file and our lines. `left`: so long it was when they were read by our header. */
async function between(file: OpenedLog, { format, atMs }: Lines, left: number | undefined): Promise<Buffer> {
  const { from, unfinished, directive } = await endingOf(file, left ?? 0);
  const isOurs = directive === format.directive || (directive === "" && from === left);
  return Buffer.from((unfinished ? "\n" : "") + (isOurs ? "" : format.header(atMs)));
}
