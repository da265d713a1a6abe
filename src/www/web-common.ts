// What the web sites of a worker share: the home, and what all connections of the process write through.
import type { Home } from "../base/home.ts";
import { DateStamp } from "../proto/http/answer/date-stamp.ts";
import { Outbox } from "../proto/http/answer/outbox.ts";
import type { Common, CommonWorld } from "../service/service.ts";
import type { FileCacheValues } from "./content/content-settings.ts";
import { type ContentWorld, contentWorld } from "./content/content-world.ts";
import { TargetMemory } from "./known-targets.ts";

export class WebCommon implements Common {
  readonly home: Home;
  readonly outbox = new Outbox();
  readonly date: DateStamp;
  readonly targetMemory = new TargetMemory();
  readonly contentWorld: ContentWorld;

  constructor({ home, clock }: Pick<CommonWorld, "home" | "clock">) {
    this.home = home;
    this.date = new DateStamp(clock.wallMs());
    this.contentWorld = contentWorld({ home, clock, date: this.date, fileCacheBytes: 0 });
  }

  /** Until then nothing is kept of any file. */
  settle({ fileCacheSize }: FileCacheValues): void {
    this.contentWorld.known.limit(fileCacheSize);
  }

  /** All connections have ended by then. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
