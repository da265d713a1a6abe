// Puts batches of whole lines at the end of a file that other workers append to as well, and that anybody may move,
// remove or cut at any time. It throws nothing: it says how much went in, and decides nothing about trying again.
//
// What a reader may see: the header stands before the first line of a file, once, however many workers begin it together,
// and again where the fields change. When the disk fills up, the last line may be unfinished; it is finished when there is
// room. If another worker was quicker then, the unfinished part stays as a short line, and the line comes again whole.
import { dirname } from "node:path";
import type { AccessDisk, OpenedLog } from "./access-disk.ts";
import type { LogFormat } from "./format.ts";

export interface Appended {
  /** Bytes of whole lines that are in the file. */
  readonly taken: number;
  /** The file was begun with it. */
  readonly began: boolean;
  /** Why it was not everything. */
  readonly error?: unknown;
}

/** How the file was left by the last batch. */
interface Left {
  readonly path: string;
  readonly identity: string;
  readonly bytes: number;
  readonly directive: string;
  /** Bytes of a line that is not finished. */
  readonly begun: number;
}

const NEWLINE = 0x0a;
const nothing = Buffer.alloc(0);
/** So far back the header is looked for in a file that was there before; a reader who begins later finds it too. */
const HEADER_WITHIN_BYTES = 256 * 1024;

export class LogAppender {
  private readonly disk: AccessDisk;
  private left: Left | undefined;

  constructor(disk: AccessDisk) {
    this.disk = disk;
  }

  /** Lines that did not go in are to come again, first in the next batch for the same file. */
  async append(path: string, lines: Buffer, format: LogFormat, atMs: number): Promise<Appended> {
    let file: OpenedLog | undefined;
    let began = false;
    let result: Appended;
    try {
      file = await this.disk.open(path);
      began = file === undefined;
      file ??= await this.begin(path, format.header(atMs));
      result = await this.write(file, path, lines, format, atMs);
    } catch (error) {
      result = { taken: 0, began, error };
    }
    try {
      await file?.close();
    } catch (error) {
      result = { error, ...result }; // some file systems over a network say only now what they could not keep
    }
    return { ...result, began: began && result.taken > 0 };
  }

  private async begin(path: string, header: string): Promise<OpenedLog> {
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

  private async write(
    file: OpenedLog,
    path: string,
    lines: Buffer,
    format: LogFormat,
    atMs: number,
  ): Promise<Appended> {
    const { identity, bytes } = await file.state();
    const { left } = this;
    this.left = undefined;
    const same = left?.path === path && left.identity === identity && left.bytes <= bytes ? left : undefined;
    const untouched = same?.bytes === bytes && same.directive === format.directive;
    const known = same?.directive === format.directive;
    const skipped = untouched ? same.begun : 0;
    const before = untouched ? nothing : await this.between(file, bytes, known, format, atMs);
    const batch = before.length === 0 ? lines.subarray(skipped) : Buffer.concat([before, lines]);
    let written = 0;
    let error: unknown;
    try {
      while (written < batch.length) {
        const taken = await file.append(batch.subarray(written));
        if (taken === 0) throw Object.assign(new Error("ENOSPC: nothing was taken"), { code: "ENOSPC" });
        written += taken;
      }
    } catch (cause) {
      error = cause;
    }
    const done = Math.max(0, skipped + written - before.length);
    const taken = done === 0 ? 0 : lines.lastIndexOf(NEWLINE, done - 1) + 1;
    // A header that did not go in whole counts as nothing known: the next batch begins on a new line with another one.
    if (written >= before.length)
      this.left = { path, identity, bytes: bytes + written, directive: format.directive, begun: done - taken };
    return error === undefined ? { taken, began: false } : { taken, began: false, error };
  }

  /** What has to stand between the end of the file and our lines. */
  private async between(
    file: OpenedLog,
    bytes: number,
    known: boolean,
    format: LogFormat,
    atMs: number,
  ): Promise<Buffer> {
    const count = Math.min(bytes, known ? 1 : HEADER_WITHIN_BYTES);
    const tail = await file.read(bytes - count, count);
    const lineEnd = tail.length > 0 && tail.at(-1) !== NEWLINE ? "\n" : "";
    const header = known || lastDirective(tail) === format.directive ? "" : format.header(atMs);
    return Buffer.from(lineEnd + header);
  }
}

/** The last complete line of directives about fields; "" without one. */
function lastDirective(tail: Buffer): string {
  const mark = "#Fields: ";
  const behind = tail.lastIndexOf(`\n${mark}`);
  const start = behind >= 0 ? behind + 1 : tail.indexOf(mark) === 0 ? 0 : -1;
  const end = start < 0 ? -1 : tail.indexOf(NEWLINE, start);
  return end < 0 ? "" : tail.toString("utf8", start, end + 1);
}
