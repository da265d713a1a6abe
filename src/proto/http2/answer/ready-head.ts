// The head of an answer that is given again and again, as a block in which only the date changes. It belongs to its answer, and goes
// with it.

import type { Answer } from "../../http/answer/answer.ts";
import type { DateStamp } from "../../http/answer/date-stamp.ts";
import { ReadyAnswer } from "../../http/answer/ready-answer.ts";
import { answerBlock } from "./answer-block.ts";

export class ReadyHead {
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

  /** What is said once on a connection stands in no ready head. */
  static blockOf(answer: Answer, date: DateStamp, saysNoTable: boolean): Buffer {
    const isReady = answer instanceof ReadyAnswer && !saysNoTable;
    return isReady ? ReadyHead.of(answer, date).block : answerBlock(answer, date.text, saysNoTable).block;
  }

  private stamp({ second, text }: DateStamp): void {
    this.second = second;
    if (this.dateAt >= 0) this.block.write(text, this.dateAt, "latin1");
  }
}
