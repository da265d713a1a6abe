// The desk of a process: what is asked in one turn crosses to the thread together, and its answers come back together.
// When the thread ends against all expectation, everybody who waits hears it.
import { bad } from "../base/result.ts";
import type { Answer, Argument, Asked, OperationName } from "./book/operations.ts";
import { closed, type Desk } from "./desk.ts";
import type { News, Opening } from "./found/open-books.ts";
import { startThread } from "./start-thread.ts";
import { type FromThread, pack, type ToThread } from "./thread-messages.ts";
import { type Spooled, trouble } from "./trouble.ts";

export class ThreadDesk implements Desk {
  private readonly worker: Worker;
  private readonly tell: (news: News) => void;
  private readonly waiting = new Map<number, (it: Spooled<unknown>) => void>();
  private readonly slabs = new Map<SharedArrayBuffer, number>();
  private slabsShared = 0;
  private box: Asked[] = [];
  private from = 1;
  private readonly opened = Promise.withResolvers<Spooled<void>>();
  private readonly ended = Promise.withResolvers<void>();
  private state: "open" | "closing" | "closed" = "open";

  constructor(opening: Opening, tell: (news: News) => void) {
    this.tell = tell;
    this.worker = startThread();
    this.worker.onmessage = ({ data }: { readonly data: FromThread }) => this.receive(data);
    this.worker.onerror = (event) => this.fail(event.message);
    this.send({ is: "open", opening });
  }

  /** Resolved once the books are open, or cannot be. */
  get ready(): Promise<Spooled<void>> {
    return this.opened.promise;
  }

  ask<Name extends OperationName>(name: Name, argument: Argument<Name>): Promise<Spooled<Answer<Name>>> {
    if (this.state !== "open") return Promise.resolve(closed);
    // Not at the end of this task: what other connections have ready shall go the same way.
    if (this.box.length === 0) setImmediate(() => this.flush());
    const number = this.from + this.box.length;
    this.box.push({ name, argument } as unknown as Asked);
    return new Promise((resolve) => {
      this.waiting.set(number, (it) => resolve(it as Spooled<Answer<Name>>));
    });
  }

  forget(buffer: SharedArrayBuffer): void {
    const slab = this.slabs.get(buffer);
    if (slab === undefined) return;
    this.slabs.delete(buffer);
    if (this.state === "open") this.send({ is: "forget", slab });
  }

  async close(): Promise<void> {
    if (this.state === "open") {
      this.flush();
      this.state = "closing";
      this.send({ is: "close" });
    }
    await this.ended.promise;
  }

  private flush(): void {
    if (this.box.length === 0 || this.state === "closed") return;
    const asked = this.box;
    this.box = [];
    this.send({ is: "ask", from: this.from, packed: pack(asked, (buffer) => this.slabOf(buffer)) });
    this.from += asked.length;
  }

  private slabOf(buffer: SharedArrayBuffer): number {
    const known = this.slabs.get(buffer);
    if (known !== undefined) return known;
    const slab = ++this.slabsShared;
    this.slabs.set(buffer, slab);
    this.send({ is: "share", slab, buffer });
    return slab;
  }

  private send(message: ToThread): void {
    this.worker.postMessage(message);
  }

  private receive(data: FromThread): void {
    switch (data.is) {
      case "loaded":
        return;
      case "opened":
        for (const it of data.news) this.tell(it);
        this.opened.resolve(data.how);
        return;
      case "answers":
        for (const it of data.news) this.tell(it);
        data.numbers.forEach((number, index) => {
          const answer = this.waiting.get(number);
          this.waiting.delete(number);
          answer?.(data.answers[index] ?? closed);
        });
        return;
      case "closed":
        this.end(closed);
        return;
      default:
        throw new Error(`no such message: ${data satisfies never}`);
    }
  }

  private fail(because: string): void {
    this.tell({ is: "thread-ended", because });
    this.end(bad(trouble("failed", `the thread of the spool has ended: ${because}`)));
  }

  private end(answer: Spooled<never>): void {
    this.state = "closed";
    for (const waits of this.waiting.values()) waits(answer);
    this.waiting.clear();
    this.opened.resolve(answer);
    this.worker.terminate();
    this.ended.resolve();
  }
}
