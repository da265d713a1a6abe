// What the web sites of a worker share: the home, and what all connections of the process write through.
import type { Home } from "../base/home.ts";
import { DateStamp } from "../proto/http/answer/date-stamp.ts";
import { Outbox } from "../proto/http/answer/outbox.ts";
import type { Common, CommonWorld } from "../service/service.ts";

export class WebCommon implements Common {
  readonly home: Home;
  readonly outbox = new Outbox();
  readonly date: DateStamp;

  constructor({ home, clock }: Pick<CommonWorld, "home" | "clock">) {
    this.home = home;
    this.date = new DateStamp(clock.wallMs());
  }

  /** All connections have ended by then. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
