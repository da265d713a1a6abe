// What the system says of a file at a look, read where it lies: who looks at thousands of files a second must not have an object
// made for each. Where the calls are not to be had it sees nothing, and whoever asked has another way.
import { constants } from "node:fs";
import { callsWhenAsked, FROM_WORKING_FOLDER } from "./c-library.ts";

const calls = callsWhenAsked({
  statx: { args: ["i32", "buffer", "i32", "u32", "buffer"], returns: "i32" },
});

// Of Linux, on x64 and arm64 alike.
const OF_THE_DESCRIPTOR = 0x1000;
const ALL_BASIC = 0x7ff;
const STRUCTURE_BYTES = 256;
/** Where things lie in struct statx, in words of four bytes. */
const at = { mode: 7, inode: 8, size: 10, changed: 24, modified: 28, deviceMajor: 34, deviceMinor: 35 } as const;
const PATH_BYTES_MAX = 4096;
const UTF8_BYTES_MAX = 3;
const WORD = 2 ** 32;

const { S_IFMT, S_IFREG, S_IFDIR } = constants;

const words = new Uint32Array(STRUCTURE_BYTES / 4);
const bytes = new Uint8Array(words.buffer);
const word = (index: number): number => words[index] ?? 0;
const wide = (index: number): number => word(index) + word(index + 1) * WORD;
/** As node:fs counts it. */
const milliseconds = (index: number): number => seconds(index) * 1000 + word(index + 2) / 1e6;
/** Before 1970 they are fewer than none. */
const seconds = (index: number): number => word(index) + (word(index + 1) | 0) * WORD;

/** What was seen last. */
export interface FileLook {
  readonly kind: "file" | "folder" | "other";
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
}

const look: FileLook = {
  get kind() {
    const kind = word(at.mode) & S_IFMT;
    return kind === S_IFREG ? "file" : kind === S_IFDIR ? "folder" : "other";
  },
  get device() {
    const [major, minor] = [word(at.deviceMajor), word(at.deviceMinor)];
    return (major & 0xfff) * 0x100 + (minor & 0xff) + Math.floor(minor / 0x100) * 0x100000;
  },
  get inode() {
    return wide(at.inode);
  },
  get size() {
    return wide(at.size);
  },
  get modifiedMs() {
    return milliseconds(at.modified);
  },
  get changedMs() {
    return milliseconds(at.changed);
  },
};

let works: boolean | undefined;

/** Old kernels have no such call, and guards of containers may refuse it. */
function isToBeHad(): boolean {
  works ??= statx(FROM_WORKING_FOLDER, Buffer.from("/\0"), 0) !== undefined;
  return works;
}

function statx(folder: number, path: Buffer, flags: number): FileLook | undefined {
  return calls()?.statx(folder, path, flags, ALL_BASIC, bytes) === 0 ? look : undefined;
}

/** To be read before the next look; undefined where it cannot be asked so. Links are followed. */
export function lookAt(path: string): FileLook | "nothing" | undefined {
  const text = isToBeHad() ? cPath(path) : undefined;
  return text && (statx(FROM_WORKING_FOLDER, text, 0) ?? "nothing");
}

export const lookAtOpen = (file: number): FileLook | undefined => statx(file, nowhere, OF_THE_DESCRIPTOR);

const nowhere = Buffer.alloc(1);
const pathRoom = Buffer.alloc(PATH_BYTES_MAX);

/** A path as the C library reads it, until the next one; undefined where it reads another one, or none. */
export function cPath(path: string): Buffer | undefined {
  if (path.length * UTF8_BYTES_MAX >= PATH_BYTES_MAX || path.includes("\0")) return undefined;
  pathRoom[pathRoom.write(path)] = 0;
  return pathRoom;
}
