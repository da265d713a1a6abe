// Has things tried by a process of its own, as another user and within a limit for each: what does not answer is given up,
// and the rest goes to a new process. All checks share one such process, as to start it takes longer than most trials.

import { linesOf } from "../../base/lines-of.ts";
import { HAND } from "../../ipc/child-names.ts";
import type { UserNumbers } from "../../net/system/lay-down-privileges.ts";
import type { Trial, TrialEnd } from "../../service/doctor-check.ts";
import { READY } from "./run-hand.ts";

/** Without a word for so long, whatever is tried hangs: a folder of a network, or a disk that dies. */
const SILENCE_MS = 4000;
/** On a machine that has much to do. */
const START_MS = 30_000;
/** What hangs once hangs often: after so many times the rest is not tried. */
const HANGS_MAX = 3;

export interface HandsWorld {
  /** The command line of this program, to which a role is added. */
  readonly command: readonly string[];
  readonly user: UserNumbers | undefined;
  readonly silenceMs?: number;
}

interface Waiting {
  readonly trial: Trial;
  readonly done: (end: TrialEnd) => void;
}

export class Hands {
  private readonly world: HandsWorld;
  /** In the order in which they are tried; the first one is under way. */
  private readonly waiting: Waiting[] = [];
  private child: ReturnType<Hands["spawn"]> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isReady = false;
  private hangs = 0;
  private closed = false;

  constructor(world: HandsWorld) {
    this.world = world;
    this.begin();
  }

  tryAll(trials: readonly Trial[]): Promise<readonly TrialEnd[]> {
    const ends = Promise.all(trials.map((trial) => this.queue(trial)));
    if (this.hangs < HANGS_MAX) this.tell(trials);
    return ends;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.child?.kill("SIGKILL");
  }

  private queue(trial: Trial): Promise<TrialEnd> {
    if (this.hangs >= HANGS_MAX) return Promise.resolve(noAnswer(GIVEN_UP));
    return new Promise((done) => {
      this.waiting.push({ trial, done });
      if (this.waiting.length === 1 && this.isReady) this.watch();
    });
  }

  private begin(): void {
    this.child = this.spawn();
    this.isReady = false;
    void this.hear(this.child);
    this.giveUpAfter(START_MS);
    if (this.waiting.length > 0) this.tell(this.waiting.map(({ trial }) => trial));
  }

  private spawn() {
    const { command, user } = this.world;
    const as = user === undefined ? [] : [`${user.uid}:${user.gid}`];
    return Bun.spawn([...command, "service", [HAND, ...as].join(":")], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
    });
  }

  private tell(trials: readonly Trial[]): void {
    this.child?.stdin.write(trials.map((it) => `${JSON.stringify(it)}\n`).join(""));
    // One that is gone meanwhile is noticed by its silence.
    void Promise.resolve(this.child?.stdin.flush()).catch(() => {});
  }

  /** The one under way has to end within its time. */
  private watch(): void {
    this.giveUpAfter(this.world.silenceMs ?? SILENCE_MS);
  }

  private giveUpAfter(limitMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.giveUp(`it has not answered within ${Math.ceil(limitMs / 1000)} s`), limitMs);
  }

  private async hear(child: ReturnType<Hands["spawn"]>): Promise<void> {
    for await (const line of linesOf(child.stdout)) {
      if (line === READY) this.isReady = true;
      else this.waiting.shift()?.done(JSON.parse(line) as TrialEnd);
      clearTimeout(this.timer);
      if (this.waiting.length > 0) this.watch();
    }
    if (child === this.child && !this.closed) this.giveUp("the process that tried it has ended");
  }

  private giveUp(because: string): void {
    clearTimeout(this.timer);
    const old = this.child;
    this.child = undefined;
    old?.kill("SIGKILL");
    this.waiting.shift()?.done(noAnswer(because));
    if (++this.hangs < HANGS_MAX) this.begin();
    else for (const { done } of this.waiting.splice(0)) done(noAnswer(GIVEN_UP));
  }
}

const GIVEN_UP = "so much does not answer that it was not tried";
const noAnswer = (because: string): TrialEnd => ({ is: "no-answer", because });
