// The queue of a server that runs, looked at from outside until a message stands as a test wants it. Only for tests.
import { join } from "node:path";
import { secureRandomness, systemClock } from "../../src/base/clock.ts";
import { expectGood } from "../../src/base/result.ts";
import { TraceSource } from "../../src/net/trace-id.ts";
import { openSpool } from "../../src/spool/open-spool.ts";
import type { Found, MailSpool, Story } from "../../src/spool/spool.ts";
import { eventually } from "../program/eventually.ts";

export class MailQueue implements AsyncDisposable {
  readonly spool: MailSpool;

  private constructor(spool: MailSpool) {
    this.spool = spool;
  }

  static async open(home: string): Promise<MailQueue> {
    const names = new TraceSource(systemClock, secureRandomness);
    const world = { clock: systemClock, report: () => {}, names };
    return new MailQueue(expectGood(await openSpool(join(home, "spool"), world)));
  }

  story(id: string, fits: (it: Story) => boolean, withinMs?: number): Promise<Story> {
    let last: Story | null = null;
    return eventually(
      () => `the story of ${id}: ${JSON.stringify(last)}`,
      async () => {
        last = expectGood(await this.spool.story(id));
        return last !== null && fits(last) ? last : undefined;
      },
      withinMs,
    );
  }

  /** When all its recipients are settled. */
  left(id: string, withinMs?: number): Promise<Story> {
    return this.story(id, (it) => it.message.leftMs !== null, withinMs);
  }

  /** When each of its recipients was tried so often, and nobody is at it. */
  tried(id: string, times = 1): Promise<Story> {
    return this.story(id, ({ recipients }) =>
      recipients.every(({ attempts, status }) => attempts >= times && status !== "claimed"),
    );
  }

  /** When mail for so many recipients of a domain is there, or more; `log` is for whoever waits in vain. */
  at(domain: string, count: number, log = (): string => ""): Promise<readonly Found[]> {
    let last: readonly Found[] = [];
    return eventually(
      () => `${count} recipients at ${domain}, not ${last.length}\n${log()}`,
      async () => {
        last = expectGood(await this.spool.find({ domain }, { limit: 1000 }));
        return last.length >= count && last;
      },
    );
  }

  /** A message as it lies there. */
  async text(id: string): Promise<string> {
    const body = expectGood(await this.spool.body(id));
    if (body === null) throw new Error(`no message ${id}`);
    const bytes = expectGood(await body.read(0, body.sizeBytes));
    await body.close();
    return Buffer.from(bytes).toString("utf8");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.spool.close();
  }
}
