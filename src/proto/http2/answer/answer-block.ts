// The head of an answer as a block of fields, RFC 9113 §8.3.2 done. It is made in memory that serves one answer after the other.
import type { Answer } from "../../http/answer/answer.ts";
import { cleanValue, hasField, isSayable } from "../../http/answer/field-text.ts";
import type { Field } from "../../http/request.ts";
import { isBodyless } from "../../http/status.ts";
import { BlockWriter } from "../hpack/block-writer.ts";

/** RFC 9113 §8.2.2: an answer that was made for HTTP/1 may say it. */
const UPGRADE = "upgrade";

const writer = new BlockWriter();

export interface AnswerBlock {
  /** Valid until the next one is made. */
  readonly block: Buffer;
  /** Where in it the date stands; -1 where the answer brings one of its own. */
  readonly dateAt: number;
}

/** `saysNoTable`: the client waits for that. */
export function answerBlock(answer: Answer, date: string, saysNoTable: boolean): AnswerBlock {
  const { status, fields, body } = answer;
  writer.clear();
  if (saysNoTable) writer.noTable();
  writer.status(status);
  writeFields(fields);
  const length = body === undefined ? 0 : body.length;
  if (length !== undefined && !isBodyless(status)) writer.field("content-length", String(length));
  const dateAt = hasField(fields, "date") ? -1 : writer.fixed("date", date);
  return { block: writer.block, dateAt };
}

/** Such a block with more behind it. */
export function longerBlock(block: Buffer, more: Buffer): Buffer {
  writer.clear();
  writer.copy(block);
  writer.copy(more);
  return writer.block;
}

export function fieldsBlock(fields: readonly Field[]): Buffer {
  writer.clear();
  writeFields(fields);
  return writer.block;
}

export function informationBlock(status: number, saysNoTable: boolean): Buffer {
  writer.clear();
  if (saysNoTable) writer.noTable();
  writer.status(status);
  return writer.block;
}

export function trailersBlock(trailers: readonly Field[], saysNoTable: boolean): Buffer {
  writer.clear();
  if (saysNoTable) writer.noTable();
  writeFields(trailers);
  return writer.block;
}

function writeFields(fields: readonly Field[]): void {
  for (const [name, value] of fields) {
    const lowerName = name.toLowerCase();
    if (isSayable(lowerName) && lowerName !== UPGRADE) writer.field(lowerName, cleanValue(value));
  }
}
