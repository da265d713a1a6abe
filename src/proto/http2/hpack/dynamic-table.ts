// The fields that a client has said on this connection and may refer to, RFC 7541 §2.3.2, §4 done: the newest first, within so many
// bytes.
import type { HeaderField } from "../request/header-field.ts";

/** What HTTP/2 begins with, and what we leave it at: RFC 9113 §6.5.2. */
export const TABLE_BYTES = 4096;
/** As many as fit, were all of them empty. */
const SLOTS = TABLE_BYTES / 32;

export class DynamicTable {
  private readonly slots: HeaderField[] = [];
  /** All that were ever put in. */
  private added = 0;
  private size = 0;
  private bytes = 0;
  private bytesMax = TABLE_BYTES;

  /** From 0 on; undefined where there is none. */
  at(index: number): HeaderField | undefined {
    return index < this.size ? this.slots[(this.added - 1 - index) % SLOTS] : undefined;
  }

  /** One that is too large empties the table. */
  add(field: HeaderField): void {
    const { tableBytes } = field;
    this.makeRoom(this.bytesMax - tableBytes);
    if (tableBytes > this.bytesMax) return;
    this.slots[this.added++ % SLOTS] = field;
    this.size++;
    this.bytes += tableBytes;
  }

  /** False: it is more than was allowed. */
  limit(bytesMax: number): boolean {
    if (bytesMax > TABLE_BYTES) return false;
    this.bytesMax = bytesMax;
    this.makeRoom(bytesMax);
    return true;
  }

  private makeRoom(bytesLeft: number): void {
    while (this.size > 0 && this.bytes > bytesLeft) {
      this.bytes -= this.at(this.size - 1)?.tableBytes ?? 0;
      this.size--;
    }
  }
}
