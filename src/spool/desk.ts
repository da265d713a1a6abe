// Who carries orders to the books and brings the answers: the thread of a process, or the same books at once in a test.
// The door and the messages being received know nothing else of the world behind.
import { bad } from "../base/result.ts";
import type { Answer, Argument, Asked, OperationName } from "./book/operations.ts";
import type { Teller } from "./teller.ts";
import { type Spooled, trouble } from "./trouble.ts";

export interface Desk {
  ask<Name extends OperationName>(name: Name, argument: Argument<Name>): Promise<Spooled<Answer<Name>>>;
  /** Nothing that is held lies in this memory any more. */
  forget(slab: SharedArrayBuffer): void;
  close(): Promise<void>;
}

export const closed = bad(trouble("failed", "the spool is closed"));

/** Asks the teller itself, with all that was asked before the next turn; for tests and for books in memory. */
export class DirectDesk implements Desk {
  private readonly teller: Teller;
  private readonly end: () => void;
  private box: { readonly asked: Asked; readonly answer: (it: Spooled<unknown>) => void }[] = [];
  private open = true;

  constructor(teller: Teller, end: () => void) {
    this.teller = teller;
    this.end = end;
  }

  ask<Name extends OperationName>(name: Name, argument: Argument<Name>): Promise<Spooled<Answer<Name>>> {
    if (!this.open) return Promise.resolve(closed);
    if (this.box.length === 0) queueMicrotask(() => this.run());
    const asked = { name, argument } as unknown as Asked;
    return new Promise((resolve) => {
      this.box.push({ asked, answer: (it) => resolve(it as Spooled<Answer<Name>>) });
    });
  }

  private run(): void {
    const box = this.box;
    this.box = [];
    const answers = this.teller.run(box.map((it) => it.asked));
    box.forEach(({ answer }, index) => {
      answer(answers[index] ?? closed);
    });
  }

  forget(): void {}

  async close(): Promise<void> {
    if (this.open) this.end();
    this.open = false;
  }
}
