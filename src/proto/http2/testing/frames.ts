// Frames as a client writes and reads them. Only for tests: it knows how to break each rule.
import { nothing } from "../../../base/block-reader.ts";
import type { Field } from "../../http/request.ts";
import { FRAME_HEAD_BYTES, flags, frameKinds, PREFACE } from "../frame/frame-kinds.ts";
import { BlockReader } from "../hpack/block-reader.ts";
import { BlockWriter } from "../hpack/block-writer.ts";
import type { HeaderField } from "../request/header-field.ts";

export type Kind = keyof typeof frameKinds;

export function frame(kind: Kind | number, flagBits: number, stream: number, payload: Buffer = nothing): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = typeof kind === "number" ? kind : frameKinds[kind];
  head[4] = flagBits;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export function block(fields: readonly Field[]): Buffer {
  const writer = new BlockWriter();
  for (const [name, value] of fields) writer.field(name, value);
  return Buffer.from(writer.block);
}

export const get = (path = "/"): readonly Field[] => [
  [":method", "GET"],
  [":scheme", "https"],
  [":path", path],
  [":authority", "a.example"],
];

export const post = (...more: readonly Field[]): readonly Field[] => [[":method", "POST"], ...get().slice(1), ...more];

const { endHeaders, endStream } = flags;

/** A request without a body. */
export const ask = (stream: number, fields: readonly Field[] = get()): Buffer =>
  frame("headers", endHeaders | endStream, stream, block(fields));

/** A head behind which something comes. */
export const begin = (stream: number, fields: readonly Field[] = post()): Buffer =>
  frame("headers", endHeaders, stream, block(fields));

export const data = (stream: number, text: string, isLast = false): Buffer =>
  frame("data", isLast ? endStream : 0, stream, Buffer.from(text, "latin1"));

export function settings(...all: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(6 * all.length);
  for (const [index, [id, value]] of all.entries()) {
    payload.writeUInt16BE(id, 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  }
  return frame("settings", 0, 0, payload);
}

export const window = (stream: number, bytes: number): Buffer => frame("windowUpdate", 0, stream, number(bytes));
export const reset = (stream: number, code = 8): Buffer => frame("resetStream", 0, stream, number(code));
export const ping = (text = "12345678"): Buffer => frame("ping", 0, 0, Buffer.from(text));
export const greeting: Buffer = Buffer.concat([PREFACE, settings()]);

const kinds = Object.keys(frameKinds) as Kind[];

/** Reads what was said, as one line for each frame: "headers 1 :status=200 content-length=1", "data 1 x end". */
export class Listener {
  private readonly blocks = new BlockReader();
  private rest: Buffer = nothing;

  hear(bytes: Buffer): readonly string[] {
    const lines: string[] = [];
    this.rest = Buffer.concat([this.rest, bytes]);
    for (;;) {
      if (this.rest.length < FRAME_HEAD_BYTES) return lines;
      const end = FRAME_HEAD_BYTES + this.rest.readUIntBE(0, 3);
      if (this.rest.length < end) return lines;
      lines.push(this.line(this.rest.subarray(0, end)));
      this.rest = this.rest.subarray(end);
    }
  }

  private line(bytes: Buffer): string {
    const kind = kinds[bytes[3] ?? 0] ?? "unknown";
    const flagBits = bytes[4] ?? 0;
    const payload = bytes.subarray(FRAME_HEAD_BYTES);
    const isLast = (kind === "data" || kind === "headers") && (flagBits & endStream) !== 0;
    const words = [kind, bytes.readUInt32BE(5) || "", ...this.words(kind, flagBits, payload), isLast ? "end" : ""];
    return words.filter((it) => it !== "").join(" ");
  }

  private words(kind: Kind | "unknown", flagBits: number, payload: Buffer): readonly (string | number)[] {
    switch (kind) {
      case "data":
      case "unknown":
        return [payload.length > 40 ? `${payload.length} bytes` : payload.toString("latin1")];
      case "headers":
        return this.fields(payload);
      case "settings":
      case "ping":
        return [(flagBits & flags.ack) === 0 ? payload.toString(kind === "ping" ? "latin1" : "hex") : "ack"];
      case "goAway":
        return [payload.readUInt32BE(0), payload.readUInt32BE(4)];
      default:
        return [payload.readUInt32BE(0)];
    }
  }

  /** Without the date, which is always the same. */
  private fields(payload: Buffer): readonly string[] {
    const words: string[] = [];
    const take = ({ name, value }: HeaderField) => {
      if (name.text !== "date") words.push(`${name.text}=${value}`);
    };
    if (!this.blocks.read(payload, 0, payload.length, { take })) throw new Error("a block that cannot be read");
    return words;
  }
}
