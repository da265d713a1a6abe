// The mail queue of a home for those who ask and order, whether the service has it open too or nobody does. It stays open
// for a moment after each question, as to open it takes longer than most answers. Where there is none yet an empty one
// answers.
import { lstatSync } from "node:fs";
import { type Clock, secureRandomness } from "../../base/clock.ts";
import type { Fault } from "../../base/fault.ts";
import { type Home, roomPath } from "../../base/home.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Report } from "../../event/event.ts";
import { TraceSource } from "../../net/trace-id.ts";
import { attemptNow } from "../../spool/body-file.ts";
import { booksFile } from "../../spool/found/books-file.ts";
import { memorySpool } from "../../spool/memory-spool.ts";
import { openSpool } from "../../spool/open-spool.ts";
import type { MailSpool } from "../../spool/spool.ts";
import { type Spooled, troubleFault } from "../../spool/trouble.ts";
import { type Refusal, refusalOf } from "../operation.ts";

export interface KeptSpoolWorld {
  readonly home: Home;
  readonly clock: Clock;
  readonly report: Report;
}

/** Short, as nobody can salvage damaged books while somebody has them open. */
const KEPT_OPEN_MS = 2000;

interface Opening {
  readonly spool: Promise<Result<MailSpool, Fault>>;
  users: number;
}

export class KeptSpool {
  private readonly world: KeptSpoolWorld;
  private readonly folder: string;
  private current: Opening | undefined;
  private cancelClose = () => {};

  constructor(world: KeptSpoolWorld) {
    this.world = world;
    this.folder = roomPath(world.home, "spool");
  }

  /** `attempted` begins the sentence of whatever goes wrong: "Cannot list the mail queue". */
  async ask<T>(attempted: string, use: (spool: MailSpool) => Promise<Spooled<T>>): Promise<Result<T, Refusal>> {
    const { folder } = this;
    this.cancelClose();
    const opening = this.current ?? this.open();
    opening.users++;
    try {
      const spool = await opening.spool;
      if (!spool.ok) return this.failed(opening, spool.error);
      const answer = await use(spool.value);
      return answer.ok ? answer : this.failed(opening, troubleFault(answer.error, attempted, folder));
    } finally {
      opening.users--;
      await this.leave(opening);
    }
  }

  /** At once: what is asked at this moment is answered still. */
  async close(): Promise<void> {
    const { current } = this;
    this.cancelClose();
    this.current = undefined;
    if (current !== undefined) await close(current);
  }

  private open(): Opening {
    const { clock, report } = this.world;
    const names = new TraceSource(clock, secureRandomness);
    if (!hasBooks(this.folder)) return { spool: Promise.resolve(good(memorySpool({ clock, names }))), users: 0 };
    this.current = { spool: openSpool(this.folder, { clock, report, names }), users: 0 };
    return this.current;
  }

  /** The next question sees what an opening makes of it. */
  private failed(opening: Opening, why: Fault): Result<never, Refusal> {
    if (this.current === opening) this.current = undefined;
    return bad(refusalOf(why));
  }

  private async leave(opening: Opening): Promise<void> {
    if (opening.users > 0) return;
    if (opening !== this.current) return close(opening);
    this.cancelClose = this.world.clock.after(KEPT_OPEN_MS, () => void this.close());
  }
}

async function close({ spool }: Opening): Promise<void> {
  const opened = await spool;
  if (opened.ok) await opened.value.close();
}

/** A link in its place is not followed: whoever owns the folder could lead us anywhere. */
function hasBooks(folder: string): boolean {
  const found = attemptNow(() => lstatSync(booksFile(folder)));
  return found.ok && found.value.isFile();
}
