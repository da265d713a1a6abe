// Keeps what is known of files within so much memory, for all sites of a worker together. Whatever was not asked for since it was
// last looked at goes first, so that a crowd of names asked for once does not drive out what is in use.
import type { KnownFile } from "./known-file.ts";

export interface Keeper {
  /** It is kept no longer. */
  forget(file: KnownFile): void;
}

export class KnownFiles {
  private bytesMax: number;
  private readonly owners = new Map<KnownFile, Keeper>();
  private bytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get size(): number {
    return this.owners.size;
  }

  get heldBytes(): number {
    return this.bytes;
  }

  /** One file may not drive out all others. */
  get fileBytesMax(): number {
    return this.bytesMax >> 3;
  }

  /** From now on; what is too much for it goes at once. */
  limit(bytesMax: number): void {
    this.bytesMax = bytesMax;
    this.makeRoom(0);
  }

  add(file: KnownFile, owner: Keeper): void {
    this.makeRoom(file.heldBytes);
    this.owners.set(file, owner);
    this.bytes += file.heldBytes;
  }

  /** One that is kept holds so much more. */
  grew(file: KnownFile, bytes: number): void {
    const owner = this.owners.get(file);
    if (owner === undefined) return;
    // Room is made among the others: it is the one in use.
    this.owners.delete(file);
    this.makeRoom(bytes);
    this.owners.set(file, owner);
    this.bytes += bytes;
  }

  private makeRoom(bytes: number): void {
    for (const [file, owner] of this.owners) {
      if (this.bytes + bytes <= this.bytesMax) return;
      this.owners.delete(file);
      if (file.isUsed) {
        file.isUsed = false;
        this.owners.set(file, owner);
      } else {
        this.bytes -= file.heldBytes;
        owner.forget(file);
      }
    }
  }

  has(file: KnownFile): boolean {
    return this.owners.has(file);
  }

  remove(file: KnownFile): void {
    if (this.owners.delete(file)) this.bytes -= file.heldBytes;
  }
}
