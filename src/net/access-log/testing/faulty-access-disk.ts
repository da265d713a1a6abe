// A disk that fails on purpose, over a real folder: on the n-th call, or on every call until told otherwise. A write that
// fails may leave the beginning of its bytes behind, as a full disk does. For tests only.
import { type AccessDisk, type FileExtent, type MayFollow, nodeAccessDisk, type OpenedLog } from "../access-disk.ts";

export class FaultyAccessDisk implements AccessDisk {
  private readonly disk: AccessDisk;
  calls = 0;
  /** The call that fails, counted from 1; 0 is none. */
  failOn = 0;
  /** Every call fails with this code while it is set. */
  broken: string | undefined;
  /** How many bytes of a failing write still go in. */
  tornBytes = 0;
  /** Called before bytes are appended, to let others come first. */
  before: () => unknown = () => {};

  constructor(disk: AccessDisk = nodeAccessDisk) {
    this.disk = disk;
  }

  makeFolder = (folder: string) => this.guard("mkdir", () => nodeAccessDisk.makeFolder(folder));
  names = (folder: string) => this.guard("scandir", () => nodeAccessDisk.names(folder));
  state = (path: string) => this.guard("stat", () => nodeAccessDisk.state(path));
  create = (path: string, text: string) => this.guard("link", () => nodeAccessDisk.create(path, text));
  remove = (path: string) => this.guard("unlink", () => nodeAccessDisk.remove(path));

  open = async (path: string): Promise<OpenedLog | undefined> => {
    const file = await this.guard("open", async () => this.disk.open(path));
    if (file === undefined) return undefined;
    return {
      state: () => this.guard("fstat", () => file.state()),
      read: (at, count) => this.guard("read", () => file.read(at, count)),
      append: async (bytes) => {
        await this.before();
        if (!this.fails()) return file.append(bytes);
        if (this.tornBytes > 0) {
          // As the system does it: what there was room for is taken, and the next call fails.
          const taken = await file.append(bytes.subarray(0, Math.min(this.tornBytes, bytes.length - 1)));
          this.tornBytes = 0;
          if (this.broken === undefined) this.failOn = this.calls + 1;
          return taken;
        }
        throw this.error("write");
      },
      close: () => file.close(),
    };
  };

  createNow = (path: string, text: string) => {
    const { disk } = this;
    return disk.createNow === undefined || this.fails() ? undefined : disk.createNow(path, text);
  };

  appendNow = (path: string, left: FileExtent, lines: Buffer, mayFollow: MayFollow) => {
    if (this.disk.appendNow === undefined) return undefined;
    if (!this.fails()) return this.disk.appendNow(path, left, lines, mayFollow);
    const room = Math.min(this.tornBytes, lines.length - 1);
    this.tornBytes = 0;
    return room > 0 ? this.disk.appendNow(path, left, lines.subarray(0, room), mayFollow) : undefined;
  };

  private async guard<T>(call: string, work: () => T | Promise<T>): Promise<T> {
    if (this.fails()) throw this.error(call);
    return work();
  }

  private fails(): boolean {
    this.calls++;
    return this.broken !== undefined || this.calls === this.failOn;
  }

  private error(call: string): Error {
    const code = this.broken ?? "ENOSPC";
    return Object.assign(new Error(`${code}: made to fail, ${call}`), { code });
  }
}
