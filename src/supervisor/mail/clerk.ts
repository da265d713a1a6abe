// A process that answers questions about the mail of a home as another user, seen from the one that has started it. What
// it says is read as what a stranger says: it reads what that user keeps.
import type { Clock } from "../../base/clock.ts";
import type { Home } from "../../base/home.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { bad, type Result } from "../../base/result.ts";
import type { Occurrence } from "../../event/event.ts";
import { CLERK } from "../../ipc/child-names.ts";
import type { ReleaseIdentity, WorkerMessage } from "../../ipc/messages.ts";
import type { UserNumbers } from "../../net/system/lay-down-privileges.ts";
import { readAnswer } from "../answer-json.ts";
import { type Given, type Refusal, refusal } from "../operation.ts";
import { standardLimits, WorkerProcess } from "../worker-process.ts";

export interface ClerkWorld {
  readonly home: Home;
  readonly clock: Clock;
  /** The command line of this program, to which a role is added. */
  readonly command: readonly string[];
  identity(): ReleaseIdentity;
  /** An event that the process has to tell. */
  write(occurrence: Occurrence): void;
}

const limits = { ...standardLimits, startMs: 30_000 };
/** What is being answered at the end may take so long. */
const LAST_ANSWERS_MS = 2000;

export class Clerk {
  readonly user: UserNumbers;
  /** Why it answers nothing any more. */
  over: string | undefined;
  /** The process is gone. */
  readonly ended = Promise.withResolvers<void>();
  private readonly process: WorkerProcess | undefined;
  private readonly world: ClerkWorld;
  private readonly waiting = new Map<number, (answer: Result<Json, Refusal>) => void>();
  private asked = 0;

  constructor(user: UserNumbers, world: ClerkWorld) {
    this.user = user;
    this.world = world;
    const { home, clock } = world;
    const program = { command: [...world.command, "--home", home.root, "service", CLERK] };
    const started = WorkerProcess.start(program, limits, clock, {
      said: (_, message) => this.heard(message),
      ended: (_, { because }) => this.end(because),
    });
    if (!started.ok) {
      this.end(started.error);
      return;
    }
    this.process = started.value;
    const release = world.identity();
    this.process.send({ name: "supervisor.worker.greet", service: CLERK, release, home: home.root, user });
  }

  get isIdle(): boolean {
    return this.waiting.size === 0;
  }

  ask(question: string, given: Given): Promise<Result<Json, Refusal>> {
    if (this.over !== undefined) return Promise.resolve(gone(this.over));
    const id = ++this.asked;
    this.process?.send({ name: "supervisor.mail.ask", id, question, given: given as JsonObject });
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  leave(): void {
    this.process?.drain(LAST_ANSWERS_MS);
  }

  private heard(message: WorkerMessage): void {
    if (message.name === "worker.event.write") this.world.write(message.occurrence);
    if (message.name === "worker.release.refuse") this.over = `${message.fault.attempted}: ${message.fault.because}`;
    if (message.name !== "worker.mail.answer") return;
    this.waiting.get(message.id)?.(readAnswer(message.answer));
    this.waiting.delete(message.id);
  }

  private end(because: string): void {
    this.over ??= because;
    for (const answer of this.waiting.values()) answer(gone(this.over));
    this.waiting.clear();
    this.ended.resolve();
  }
}

const gone = (because: string): Result<never, Refusal> =>
  bad(refusal("unavailable", `The process that looks after the mail as its owner does not answer: ${because}`));
