// An answer that is given again and again: head and body lie ready in one piece of memory, of which only the date changes.
// For small files and fixed pages; it holds its body, so that its owner has to count it.
import { isBodyless } from "../status.ts";
import type { Answer } from "./answer.ts";
import type { DateStamp } from "./date-stamp.ts";
import { DATE_NAME, headText } from "./head-text.ts";
import type { Outbox } from "./outbox.ts";

export type Ready = Pick<Answer, "status" | "substatus" | "fields" | "reason" | "close"> & {
  readonly body: Buffer | undefined;
};

const LINE_END = "\r\n";

export class ReadyAnswer implements Answer {
  readonly status: number;
  readonly substatus: number;
  readonly fields: Answer["fields"];
  readonly reason?: string;
  readonly close: boolean;
  readonly body: Buffer | undefined;
  /** What another version of HTTP has made of it, to say it again: its own affair. */
  otherForm: object | undefined;
  private readonly bytes: Buffer;
  private readonly headBytes: number;
  /** -1: the answer brings a date of its own. */
  private readonly dateAt: number;
  private second: number;

  constructor(answer: Ready, date: DateStamp) {
    const { status, substatus, fields, reason, close = false, body } = answer;
    const length = isBodyless(status) ? "" : `Content-Length: ${body?.length ?? 0}${LINE_END}`;
    const head = headText(answer, length, date.text);
    const content = isBodyless(status) ? undefined : body;
    this.status = status;
    this.substatus = substatus;
    this.fields = fields;
    if (reason !== undefined) this.reason = reason;
    this.close = close;
    this.bytes = Buffer.allocUnsafeSlow(head.length + (content?.length ?? 0));
    this.bytes.write(head, 0, "latin1");
    content?.copy(this.bytes, head.length);
    this.headBytes = head.length;
    this.body = body && this.bytes.subarray(head.length);
    const dateAt = head.indexOf(LINE_END) + LINE_END.length;
    this.dateAt = head.startsWith(DATE_NAME + date.text, dateAt) ? dateAt + DATE_NAME.length : -1;
    this.second = date.second;
  }

  /** `last` are lines that stand at the end of the head, or nothing. */
  write(out: Outbox, withBody: boolean, last: string, date: DateStamp): void {
    if (this.second !== date.second) this.stamp(date);
    const { bytes, headBytes } = this;
    const end = withBody ? bytes.length : headBytes;
    if (last === "") return out.add(bytes, 0, end);
    out.add(bytes, 0, headBytes - LINE_END.length);
    out.text(last + LINE_END);
    out.add(bytes, headBytes, end);
  }

  private stamp({ second, text }: DateStamp): void {
    this.second = second;
    if (this.dateAt >= 0) this.bytes.write(text, this.dateAt, "latin1");
  }
}
