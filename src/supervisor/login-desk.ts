// The supervisor's side of logins: takes the questions of workers, strictly read, to where they are decided, and tells
// workers when accounts have changed. Hashes and keys never come this far.
import { isProof, type LoginNews } from "../account/ask.ts";
import { Directory } from "../account/directory.ts";
import { accountEvents } from "../account/events.ts";
import type { Block } from "../account/failure/failures.ts";
import { Reception } from "../account/reception.ts";
import { Renewal } from "../account/renewal.ts";
import type { Clock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import type { Report } from "../event/event.ts";
import type { SupervisorMessage, WorkerMessage } from "../ipc/messages.ts";
import type { Metabase } from "../metabase/metabase.ts";

export type LoginQuestion = Extract<WorkerMessage, { readonly name: "worker.login.ask" | "worker.scram.ask" }>;

/** What the supervisor passes on between workers and the desk. */
export interface Logins {
  answer(service: string, question: LoginQuestion): Promise<SupervisorMessage>;
  /** What a worker has to know at its start, and after each change of an account. */
  news(): SupervisorMessage;
}

export class LoginDesk implements Logins {
  private readonly directory: Directory;
  private readonly renewal: Renewal;
  private readonly reception: Reception;
  private readonly report: Report;

  constructor(metabase: Metabase, clock: Clock, report: Report) {
    this.report = report;
    this.directory = new Directory(metabase);
    this.renewal = new Renewal(this.directory, metabase, report);
    this.reception = new Reception({ directory: this.directory, renewal: this.renewal, clock, report });
  }

  async answer(service: string, question: LoginQuestion): Promise<SupervisorMessage> {
    const { id } = question;
    if (question.name === "worker.scram.ask")
      return { name: "supervisor.scram.answer", id, ...this.reception.scramTerms(question.account) };
    // Taken before it is decided: a change in between makes it one that nobody may remember.
    const { generation } = this.directory;
    const { site, proof } = question;
    // Whoever passes it on has looked at it, and ended the worker instead.
    if (!isProof(proof)) throw new Error("a login that cannot be read");
    const [address, trace] = [short(question.address), short(question.trace)];
    const answer = await this.reception.answer({ service, site, address, trace, proof });
    return { name: "supervisor.login.answer", id, generation, answer: { ...answer } };
  }

  news(): SupervisorMessage {
    return { name: "supervisor.accounts.changed", ...this.accounts };
  }

  get accounts(): LoginNews {
    return this.reception.news;
  }

  onChange(listener: () => void): void {
    this.directory.onChange(listener);
  }

  get blocks(): readonly Block[] {
    return this.reception.failures.blocks();
  }

  /** What was blocked of it; all failures are forgotten, whether it was or not. */
  lift(name: string, who: string): readonly Block[] {
    const lifted = this.reception.failures.lift(name);
    for (const { of, name: told } of lifted)
      if (of === "address") this.report(accountEvents.addressUnblocked, about("address", told), { who });
      else this.report(accountEvents.accountUnblocked, about("account", told), { who });
    return lifted;
  }

  /** Before the configuration is closed. */
  async close(): Promise<void> {
    this.directory.close();
    await this.renewal.settled();
  }
}

/** Remembered for each failure: a worker that went astray must not fill this process with them. */
const short = (text: string): string => text.slice(0, 64);
