// Reads blocks of fields, RFC 7541 §3, §6 done. What it remembers between two blocks is the table of the connection; so each block
// has to be read to its end, also of a request that nobody wants.
import { type FieldName, fieldNameOf } from "../request/field-name.ts";
import { HeaderField } from "../request/header-field.ts";
import { DynamicTable } from "./dynamic-table.ts";
import { decodedBytesMax, readHuffman } from "./huffman.ts";
import { type Cursor, readInteger } from "./integer.ts";
import { staticFields } from "./static-table.ts";

/** Who takes the fields, one after the other. */
export interface FieldSink {
  take(field: HeaderField): void;
}

const table: readonly HeaderField[] = staticFields.map(([name, value]) => new HeaderField(fieldNameOf(name), value));
/** Serves all texts that fit. */
const scratch = Buffer.allocUnsafeSlow(8192);
/** RFC 7541 §4.2: the smallest in between, and the last. */
const RESIZES_MAX = 2;

export class BlockReader {
  private readonly added = new DynamicTable();
  private readonly cursor: Cursor = { at: 0 };

  /** False: it cannot be read, and nothing behind it. */
  read(bytes: Buffer, from: number, end: number, sink: FieldSink): boolean {
    const { cursor } = this;
    cursor.at = from;
    if (!this.resize(bytes, end)) return false;
    while (cursor.at < end) {
      const byte = bytes[cursor.at] ?? 0;
      const isIndexed = byte >= 128;
      const isAdded = byte >= 64;
      // 001 would change the size of the table, and has its place before all fields.
      if (!isAdded && byte >= 32) return false;
      const field = isIndexed
        ? this.fieldAt(readInteger(bytes, cursor, end, 7))
        : this.literal(bytes, end, isAdded ? 6 : 4);
      if (field === undefined || cursor.at > end) return false;
      if (isAdded && !isIndexed) this.added.add(field);
      sink.take(field);
    }
    return true;
  }

  private resize(bytes: Buffer, end: number): boolean {
    const { cursor } = this;
    for (let count = 0; cursor.at < end && (bytes[cursor.at] ?? 0) >> 5 === 1; count++) {
      const size = readInteger(bytes, cursor, end, 5);
      if (count === RESIZES_MAX || size < 0 || !this.added.limit(size)) return false;
    }
    return true;
  }

  private fieldAt(index: number): HeaderField | undefined {
    return index <= table.length ? table[index - 1] : this.added.at(index - table.length - 1);
  }

  private literal(bytes: Buffer, end: number, bits: number): HeaderField | undefined {
    const index = readInteger(bytes, this.cursor, end, bits);
    const name = index === 0 ? this.newName(bytes, end) : this.fieldAt(index)?.name;
    const value = name && this.text(bytes, end);
    return name === undefined || value === undefined ? undefined : new HeaderField(name, value);
  }

  private newName(bytes: Buffer, end: number): FieldName | undefined {
    const text = this.text(bytes, end);
    return text === undefined ? undefined : fieldNameOf(text);
  }

  private text(bytes: Buffer, end: number): string | undefined {
    const { cursor } = this;
    const isCoded = (bytes[cursor.at] ?? 0) >= 128;
    const length = cursor.at < end ? readInteger(bytes, cursor, end, 7) : -1;
    const from = cursor.at;
    if (length < 0 || from + length > end) return undefined;
    cursor.at += length;
    if (!isCoded) return bytes.toString("latin1", from, from + length);
    const bytesMax = decodedBytesMax(length);
    const out = bytesMax <= scratch.length ? scratch : Buffer.allocUnsafe(bytesMax);
    const decoded = readHuffman(bytes, from, from + length, out);
    return decoded < 0 ? undefined : out.toString("latin1", 0, decoded);
  }
}
