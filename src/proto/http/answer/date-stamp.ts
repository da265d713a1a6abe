// The Date of answers, made once a second for all of them. Pure: the time is told by whoever has a clock. RFC 9110 §6.6.1 done.
import { httpDate } from "../content/http-date.ts";

export class DateStamp {
  /** Since 1970; answers that hold the text already compare it. */
  second = Number.NaN;
  /** "Sun, 06 Nov 1994 08:49:37 GMT": always as long. */
  text = "";

  constructor(nowMs: number) {
    this.set(nowMs);
  }

  set(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.second) return;
    this.second = second;
    this.text = httpDate(nowMs);
  }
}
