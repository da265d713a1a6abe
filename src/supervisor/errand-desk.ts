// The supervisor's side of errands: passes each to a worker, its steps on to whoever follows it, and its end back. It reads
// nothing of what a step says, since that may be the words of a stranger.
import type { Json } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { WorkerMessage } from "../ipc/messages.ts";
import type { ErrandOrder } from "../service/errand.ts";
import { type Follower, type Refusal, refusal } from "./operation.ts";
import type { WorkerProcess } from "./worker-process.ts";

export type ErrandNews = Extract<WorkerMessage, { readonly name: "worker.errand.step" | "worker.errand.end" }>;

/** Of one service at a time. */
const ERRANDS_MAX = 16;
/** More than any errand of ours has; each may be kept for a reader that is slow. */
const STEPS_MAX = 5000;

interface Open {
  readonly worker: Errander;
  readonly follower: Follower;
  steps: number;
  end(result: Result<Json, Refusal>): void;
}

type Errander = Pick<WorkerProcess, "pid" | "send">;

export class ErrandDesk {
  private readonly open = new Map<number, Open>();
  private id = 0;

  begin(worker: Errander, order: ErrandOrder, follower: Follower): Promise<Result<Json, Refusal>> {
    if (this.open.size >= ERRANDS_MAX)
      return Promise.resolve(bad(refusal("conflict", `${ERRANDS_MAX} of them are under way already: try again later`)));
    const id = ++this.id;
    const { promise, resolve } = Promise.withResolvers<Result<Json, Refusal>>();
    const drop = (): void => worker.send({ name: "supervisor.errand.drop", id });
    const end = (result: Result<Json, Refusal>): void => {
      this.open.delete(id);
      follower.gone.removeEventListener("abort", drop);
      resolve(result);
    };
    this.open.set(id, { worker, follower, steps: 0, end });
    follower.gone.addEventListener("abort", drop);
    worker.send({ name: "supervisor.errand.begin", id, ...order });
    if (follower.gone.aborted) drop();
    return promise;
  }

  heard({ pid }: Pick<WorkerProcess, "pid">, news: ErrandNews): void {
    const it = this.open.get(news.id);
    // What another worker says of it, or what comes when it is over, is nobody's.
    if (it?.worker.pid !== pid) return;
    if (news.name === "worker.errand.end")
      return it.end(news.answer === null ? bad(refusal("wrong", news.because)) : good(news.answer));
    it.follower.tell(news.step);
    if (++it.steps < STEPS_MAX) return;
    it.worker.send({ name: "supervisor.errand.drop", id: news.id });
    it.end(bad(refusal("unavailable", `It has no end: ${STEPS_MAX} steps were told`)));
  }

  /** The process has ended, and whatever it did. */
  gone(pid: number): void {
    for (const it of [...this.open.values()])
      if (it.worker.pid === pid)
        it.end(bad(refusal("unavailable", "The process that did it has ended: see inetsrv events, and try again")));
  }
}
