// Writes blocks of fields, RFC 7541 §6 partly: names and statuses that both sides know from the beginning are referred to, all else
// is said. There is no table of its own: what a client would save is little, and what each connection would keep is not.
import { huffmanBytes, writeHuffman } from "./huffman.ts";
import { writeInteger } from "./integer.ts";
import { staticNames, staticStatuses } from "./static-table.ts";

const INDEXED = 0x80;
const NEVER_INDEXED = 0x10;
const HUFFMAN = 0x80;
const NO_TABLE = 0x20;

/** RFC 7541 §7.1.3 done: no proxy on the way keeps them in a table. */
const secretNames: ReadonlySet<string> = new Set(["set-cookie", "authentication-info", "proxy-authentication-info"]);

const FIRST_BYTES = 4096;
/** Of a field, beside its texts. */
const FRAMING_BYTES = 16;

export class BlockWriter {
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private used = 0;

  /** What was written since it was cleared. Valid until then. */
  get block(): Buffer {
    return this.bytes.subarray(0, this.used);
  }

  clear(): void {
    this.used = 0;
  }

  /** RFC 7541 §4.2: once this is said, whatever the other side allows is enough. */
  noTable(): void {
    this.bytes[this.used++] = NO_TABLE;
  }

  status(status: number): void {
    const index = staticStatuses.get(status);
    if (index === undefined) this.field(":status", String(status));
    else this.bytes[this.used++] = INDEXED | index;
  }

  /** The name in lower case, both of one character per byte. */
  field(name: string, value: string): void {
    this.makeRoom(name.length + value.length + FRAMING_BYTES);
    const index = staticNames.get(name) ?? 0;
    this.used = writeInteger(this.bytes, this.used, secretNames.has(name) ? NEVER_INDEXED : 0, 4, index);
    if (index === 0) this.text(name);
    this.text(value);
  }

  /** One whose value is always as long, and may be changed in place: where it stands. */
  fixed(name: string, value: string): number {
    this.makeRoom(name.length + value.length + FRAMING_BYTES);
    this.used = writeInteger(this.bytes, this.used, 0, 4, staticNames.get(name) ?? 0);
    this.used = writeInteger(this.bytes, this.used, 0, 7, value.length);
    const at = this.used;
    this.used += this.bytes.write(value, at, "latin1");
    return at;
  }

  /** What was written before. */
  copy(block: Buffer): void {
    this.makeRoom(block.length);
    this.used += block.copy(this.bytes, this.used);
  }

  private text(text: string): void {
    const coded = huffmanBytes(text);
    if (coded < text.length) {
      this.used = writeInteger(this.bytes, this.used, HUFFMAN, 7, coded);
      this.used = writeHuffman(text, this.bytes, this.used);
    } else {
      this.used = writeInteger(this.bytes, this.used, 0, 7, text.length);
      this.used += this.bytes.write(text, this.used, "latin1");
    }
  }

  private makeRoom(bytes: number): void {
    if (this.used + bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.used + bytes));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}
