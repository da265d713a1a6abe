// The head of an answer that is given again and again, as a block in which only the date changes. It belongs to its answer, and goes
// with it.
import { AddedAnswer, type AddedFields } from "../../http/answer/added-fields.ts";
import type { Answer } from "../../http/answer/answer.ts";
import type { DateStamp } from "../../http/answer/date-stamp.ts";
import { ReadyAnswer } from "../../http/answer/ready-answer.ts";
import { answerBlock, fieldsBlock, longerBlock } from "./answer-block.ts";

class ReadyHead {
  readonly block: Buffer;
  private readonly dateAt: number;
  private second: number;

  private constructor(answer: ReadyAnswer, date: DateStamp) {
    const { block, dateAt } = answerBlock(answer, date.text, false);
    this.block = Buffer.from(block);
    this.dateAt = dateAt;
    this.second = date.second;
  }

  static of(answer: ReadyAnswer, date: DateStamp): ReadyHead {
    const { otherForm } = answer;
    const head = otherForm instanceof ReadyHead ? otherForm : new ReadyHead(answer, date);
    answer.otherForm = head;
    if (head.second !== date.second) head.stamp(date);
    return head;
  }

  private stamp({ second, text }: DateStamp): void {
    this.second = second;
    if (this.dateAt >= 0) this.block.write(text, this.dateAt, "latin1");
  }
}

/** As it lies ready, where it does: valid until another block is made. What is said once on a connection stands in none. */
export function headBlock(answer: Answer, date: DateStamp, saysNoTable: boolean): Buffer {
  if (saysNoTable) return answerBlock(answer, date.text, true).block;
  if (answer instanceof ReadyAnswer) return ReadyHead.of(answer, date).block;
  if (answer instanceof AddedAnswer) return longerBlock(ReadyHead.of(answer.ready, date).block, blockOf(answer.added));
  return answerBlock(answer, date.text, false).block;
}

function blockOf(added: AddedFields): Buffer {
  const { otherForm } = added;
  if (Buffer.isBuffer(otherForm)) return otherForm;
  const made = Buffer.from(fieldsBlock(added.fields));
  added.otherForm = made;
  return made;
}
