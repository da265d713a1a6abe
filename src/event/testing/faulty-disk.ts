// A disk that fails on purpose, over a real folder: on the n-th call that could fail, or from a word on until told
// otherwise. A failing write may leave the beginning of its bytes behind, as a full disk does.
import { type LogDisk, nodeDisk } from "../log-disk.ts";

export class FaultyDisk implements LogDisk {
  calls = 0;
  /** The call that fails, counted from 1; 0 is none. */
  failOn = 0;
  /** Every call that matters fails while this is set. */
  broken: string | undefined;
  /** How many bytes of a failing write still go in. */
  tornBytes = 0;

  makeFolder = (folder: string): void => this.guard("mkdir", () => nodeDisk.makeFolder(folder));
  names = (folder: string): readonly string[] => this.guard("scandir", () => nodeDisk.names(folder));
  open = (path: string): number => this.guard("open", () => nodeDisk.open(path));
  state: LogDisk["state"] = (file) => this.guard("fstat", () => nodeDisk.state(file));
  identity = (path: string): string | undefined => this.guard("stat", () => nodeDisk.identity(path));
  tail = (path: string, bytesMax: number): Buffer => this.guard("read", () => nodeDisk.tail(path, bytesMax));
  truncate = (file: number, bytes: number): void => this.guard("ftruncate", () => nodeDisk.truncate(file, bytes));
  rename = (path: string, to: string): void => this.guard("rename", () => nodeDisk.rename(path, to));
  remove = (path: string): void => this.guard("unlink", () => nodeDisk.remove(path));
  close = (file: number): void => nodeDisk.close(file);

  write = (file: number, bytes: Buffer): number => {
    if (!this.fails()) return nodeDisk.write(file, bytes);
    if (this.tornBytes === 0) throw this.error("write");
    return nodeDisk.write(file, bytes.subarray(0, Math.min(this.tornBytes, bytes.length - 1)));
  };

  private guard<T>(call: string, work: () => T): T {
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
