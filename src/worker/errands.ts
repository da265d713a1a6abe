// The errands that a worker does for the supervisor: each begins with a message, tells its steps by messages, and ends with
// one. What an errand is, the service knows.
import { systemClock } from "../base/clock.ts";
import type { CertificateEntries } from "../certificate/certificate-book.ts";
import type { SupervisorMessage, WorkerMessage } from "../ipc/messages.ts";
import { type Doer, runErrand } from "../service/errand.ts";
import type { Common } from "../service/service.ts";

type Begin = Extract<SupervisorMessage, { readonly name: "supervisor.errand.begin" }>;

export class Errands {
  private readonly doer: Doer;
  private readonly certificates: CertificateEntries;
  private readonly send: (message: WorkerMessage) => void;
  private readonly open = new Map<number, AbortController>();

  constructor(doer: Doer, certificates: CertificateEntries, send: (message: WorkerMessage) => void) {
    this.doer = doer;
    this.certificates = certificates;
    this.send = send;
  }

  async run({ id, errand, order, given }: Begin, common: Common | undefined): Promise<void> {
    const dropped = new AbortController();
    this.open.set(id, dropped);
    const ended = await runErrand(
      this.doer,
      { errand, order, given },
      {
        clock: systemClock,
        common,
        certificates: this.certificates,
        tell: (step) => this.send({ name: "worker.errand.step", id, step }),
        gone: dropped.signal,
      },
    );
    this.open.delete(id);
    const [answer, because] = ended.ok ? [ended.value, ""] : [null, ended.error];
    this.send({ name: "worker.errand.end", id, answer, because });
  }

  /** Nobody waits for it any more; it ends soon. */
  drop(id: number): void {
    this.open.get(id)?.abort();
  }

  dropAll(): void {
    for (const it of this.open.values()) it.abort();
  }
}
