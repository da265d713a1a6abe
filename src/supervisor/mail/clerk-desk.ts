// Answers questions about the mail of a home through a process that becomes whoever owns the mail first: neither links that
// a user has put among it nor books that he has damaged are anything for root to open. The process lives from a question
// until a moment after the last one.
import type { Json } from "../../base/json.ts";
import type { Result } from "../../base/result.ts";
import type { UserNumbers } from "../../net/system/lay-down-privileges.ts";
import type { Given, Refusal } from "../operation.ts";
import { Clerk, type ClerkWorld } from "./clerk.ts";

const KEPT_MS = 5000;

export class ClerkDesk {
  private readonly world: ClerkWorld;
  private readonly living = new Set<Clerk>();
  private current: Clerk | undefined;
  private cancelLeave = () => {};

  constructor(world: ClerkWorld) {
    this.world = world;
  }

  async ask(user: UserNumbers, question: string, given: Given): Promise<Result<Json, Refusal>> {
    this.cancelLeave();
    const clerk = this.clerkOf(user);
    const answer = await clerk.ask(question, given);
    if (clerk === this.current && clerk.isIdle)
      this.cancelLeave = this.world.clock.after(KEPT_MS, () => this.dismiss());
    return answer;
  }

  async close(): Promise<void> {
    this.dismiss();
    await Promise.all([...this.living].map((it) => it.ended.promise));
  }

  private clerkOf(user: UserNumbers): Clerk {
    const { current } = this;
    if (current !== undefined && current.over === undefined && current.user.uid === user.uid) return current;
    this.dismiss();
    const clerk = new Clerk(user, this.world);
    this.current = clerk;
    this.living.add(clerk);
    void clerk.ended.promise.then(() => this.living.delete(clerk));
    return clerk;
  }

  private dismiss(): void {
    this.cancelLeave();
    this.current?.leave();
    this.current = undefined;
  }
}
