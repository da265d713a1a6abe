// The file the event log is writing: opened, appended to in groups of lines, turned over when it is full. It throws
// what the disk throws and decides nothing about waiting or losing; that is the file sink's part.
import { join } from "node:path";
import { about } from "../base/fault.ts";
import type { Report } from "./event.ts";
import { logEvents } from "./events.ts";
import { diskReason, type LogDisk } from "./log-disk.ts";
import { currentLogPath, logNames, turns } from "./log-files.ts";
import { decodeLine, LINE_BYTES_MAX, recordLine } from "./log-record.ts";

export interface FileLimits {
  readonly fileBytesMax: number;
  /** Full files kept beside the one being written, at least 1. */
  readonly filesKept: number;
}

export const GROUP_CHARACTERS = 64 * 1024;
const NEWLINE = 10;

interface OpenFile {
  readonly handle: number;
  identity: string;
  bytes: number;
  /** Grows in steps while the file cannot be turned over. */
  bytesMax: number;
  /** The last line has no end: a process or a disk stopped within it. */
  torn: boolean;
}

export class LogFile {
  readonly path: string;
  private readonly folder: string;
  private readonly limits: FileLimits;
  private readonly disk: LogDisk;
  private readonly tell: Report;
  private file: OpenFile | undefined;
  private lastSeq: number | undefined;
  private turnFails = false;

  constructor(folder: string, limits: FileLimits, disk: LogDisk, tell: Report) {
    this.path = currentLogPath(folder);
    this.folder = folder;
    this.limits = limits;
    this.disk = disk;
    this.tell = tell;
  }

  /** One write of as many lines as a group and the file have room for; says how many are kept, at least one. */
  append(bodies: readonly string[]): number {
    const opened = this.open();
    const file = opened.bytes > 0 && !this.fits(opened, bodies) ? this.turn(opened) : opened;
    const start = file.torn ? "\n" : "";
    const { text, lines } = this.group(file, bodies);
    const bytes = Buffer.from(start + text);
    const taken = bytes.subarray(0, this.disk.write(file.handle, bytes));
    const whole = taken.subarray(0, taken.lastIndexOf(NEWLINE) + 1);
    const kept = taken.length === bytes.length ? lines : whole.toString().split("\n").length - 1 - start.length;
    this.lastSeq = this.seq() + Math.max(kept, 0);
    file.bytes += whole.length;
    if (taken.length > 0) file.torn = taken.length > whole.length && !this.cut(file);
    if (kept < 1) throw new Error("not one line could be written whole");
    return kept;
  }

  close(): void {
    if (this.file === undefined) return;
    const { handle } = this.file;
    this.file = undefined;
    try {
      this.disk.close(handle);
    } catch {
      // the handle is gone either way
    }
  }

  /** Takes back the part of a line that still went in. */
  private cut(file: OpenFile): boolean {
    try {
      this.disk.truncate(file.handle, file.bytes);
      return true;
    } catch {
      return false; // the next write then starts on a new line
    }
  }

  private seq(): number {
    return this.lastSeq ?? 0;
  }

  private fits(file: OpenFile, bodies: readonly string[]): boolean {
    return file.bytes + Buffer.byteLength(recordLine(this.seq() + 1, bodies[0] ?? "")) <= file.bytesMax;
  }

  /** At least one line, even one that is longer than the file should be. */
  private group(file: OpenFile, bodies: readonly string[]): { readonly text: string; readonly lines: number } {
    let text = "";
    let lines = 0;
    let bytes = file.bytes;
    for (const body of bodies) {
      const line = recordLine(this.seq() + lines + 1, body);
      bytes += Buffer.byteLength(line);
      if (lines > 0 && (text.length >= GROUP_CHARACTERS || bytes > file.bytesMax)) break;
      text += line;
      lines++;
    }
    return { text, lines };
  }

  /** The open file, as long as it still has its name: somebody may have moved or removed it. */
  private open(): OpenFile {
    if (this.file !== undefined && this.file.identity === this.disk.identity(this.path)) return this.file;
    this.close();
    this.disk.makeFolder(this.folder);
    const handle = this.disk.open(this.path);
    const file: OpenFile = { handle, identity: "", bytes: 0, bytesMax: this.limits.fileBytesMax, torn: false };
    this.file = file;
    const { identity, bytes } = this.disk.state(handle);
    file.identity = identity;
    file.bytes = bytes;
    file.torn = bytes > 0 && this.disk.tail(this.path, 1)[0] !== NEWLINE;
    if (this.lastSeq === undefined) {
      this.lastSeq = this.findLastSeq();
      if (file.torn) this.tell(logEvents.lineTorn, about("file", this.path));
    }
    return file;
  }

  private findLastSeq(): number {
    for (const name of logNames(this.disk.names(this.folder))) {
      const lines = this.disk
        .tail(join(this.folder, name), 2 * LINE_BYTES_MAX)
        .toString()
        .split("\n");
      const last = lines
        .reverse()
        .map(decodeLine)
        .find((it) => it !== undefined);
      if (last !== undefined) return last.seq;
    }
    return 0;
  }

  /** A new file in the place of a full one; or the full one with more room, when its folder does not let it go. */
  private turn(file: OpenFile): OpenFile {
    try {
      for (const step of turns(this.disk.names(this.folder), this.limits.filesKept)) {
        const path = join(this.folder, step.name);
        if (step.do === "remove") this.disk.remove(path);
        else this.disk.rename(path, join(this.folder, step.to));
      }
    } catch (error) {
      const bytesEnd = this.limits.fileBytesMax * 2;
      if (file.bytes >= bytesEnd) throw error;
      file.bytesMax = Math.min(file.bytes + this.limits.fileBytesMax / 8, bytesEnd);
      if (!this.turnFails)
        this.tell(logEvents.rotationFailed, about("file", this.path), { reason: diskReason(error, this.path).text });
      this.turnFails = true;
      return file;
    }
    this.turnFails = false;
    return this.open();
  }
}
