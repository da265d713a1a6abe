// What the web sites of a worker share: the home, and what all connections of the process write through.
import type { Clock } from "../base/clock.ts";
import type { Home } from "../base/home.ts";
import { DateStamp } from "../proto/http/answer/date-stamp.ts";
import { Outbox } from "../proto/http/answer/outbox.ts";
import type { Common, CommonWorld } from "../service/service.ts";
import { type ContentWorld, contentWorld } from "./content/content-world.ts";
import { DecisionMemory } from "./decisions.ts";

export class WebCommon implements Common {
  readonly home: Home;
  readonly outbox = new Outbox();
  readonly date: DateStamp;
  readonly decisionMemory = new DecisionMemory();
  private readonly clock: Clock;
  private world: ContentWorld | undefined;

  constructor({ home, clock }: Pick<CommonWorld, "home" | "clock">) {
    this.home = home;
    this.clock = clock;
    this.date = new DateStamp(clock.wallMs());
  }

  /** The first site that comes says how much memory it may take: all inherit the same. */
  contentWorld(fileCacheBytes: number): ContentWorld {
    const { clock, date } = this;
    this.world ??= contentWorld({ clock, date, fileCacheBytes });
    return this.world;
  }

  /** All connections have ended by then. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
