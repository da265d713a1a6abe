// A file of lines read in large blocks, onwards from a position or backwards from the end. It sees whole lines only
// and knows nothing of what they say; memory is one block, however long a line is.
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

const NEWLINE = 10;

export class LineFile {
  /** Device and inode: the same file under any name, as long as it is open. */
  readonly identity: string;
  private readonly handle: FileHandle;
  private readonly block: Buffer;
  /** Where `next` goes on and `previous` goes back from: always the start of a line, or within a damaged one. */
  position = 0;

  private constructor(handle: FileHandle, identity: string, block: Buffer) {
    this.handle = handle;
    this.identity = identity;
    this.block = block;
  }

  /** Undefined when there is no such file; every other refusal is thrown, and a pipe is not waited for. One `block` may serve many files in turn. */
  static async open(path: string, block: Buffer): Promise<LineFile | undefined> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (handle === undefined) return undefined;
    const { dev, ino } = await handle.stat();
    return new LineFile(handle, `${dev}:${ino}`, block);
  }

  /** The lines of the next block; undefined when no further line is complete. */
  async next(): Promise<readonly string[] | undefined> {
    const { bytesRead } = await this.handle.read(this.block, 0, this.block.length, this.position);
    const end = this.block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (end < 0 && bytesRead < this.block.length) return undefined; // read again when the line has got its end
    const bytes = end < 0 ? bytesRead : end;
    this.position += end < 0 ? bytesRead : end + 1;
    return this.lines(0, bytes);
  }

  /** The lines of the block before the position, in their order; undefined at the start of the file. */
  async previous(): Promise<readonly string[] | undefined> {
    if (this.position === 0) return undefined;
    const start = Math.max(0, this.position - this.block.length);
    const { bytesRead } = await this.handle.read(this.block, 0, this.position - start, start);
    const bytes = this.block.subarray(0, bytesRead);
    const first = start === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    const whole = first < bytesRead ? first : 0; // a line longer than the block is taken in pieces
    this.position = start + whole;
    return this.lines(whole, bytes.at(-1) === NEWLINE ? bytesRead - 1 : bytesRead);
  }

  /** Behind the last complete line. */
  async toEnd(): Promise<void> {
    const { size } = await this.handle.stat();
    const start = Math.max(0, size - this.block.length);
    const { bytesRead } = await this.handle.read(this.block, 0, size - start, start);
    this.position = start + this.block.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
  }

  /** Begins again when somebody emptied the file. */
  async rewindIfCut(): Promise<void> {
    const { size } = await this.handle.stat();
    if (size < this.position) this.position = 0;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private lines(start: number, end: number): readonly string[] {
    return this.block.toString("utf8", start, end).split("\n");
  }
}
