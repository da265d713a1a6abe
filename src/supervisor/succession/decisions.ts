// Where the workers of this process have their logins decided and their events kept: here while this server has the home,
// by the other one when that has it. Between the two they wait. So connections that outlive a hand-over notice nothing.
import type { JsonObject } from "../../base/json.ts";
import type { Occurrence } from "../../event/event.ts";
import { readMessage, type SupervisorMessage } from "../../ipc/messages.ts";
import type { LoginQuestion, Logins } from "../login-desk.ts";
import type { Link } from "./link.ts";
import { EVENTS_MAX, type Said } from "./messages.ts";

export interface Decider {
  /** undefined: it was gone before it could answer, and does not decide any more. */
  answer(service: string, question: LoginQuestion): Promise<SupervisorMessage | undefined>;
  news(): SupervisorMessage;
  write(occurrence: Occurrence): void;
}

export class Decisions implements Logins {
  private decider = Promise.withResolvers<Decider>();
  private present: Decider | undefined;
  private lastNews: SupervisorMessage = { name: "supervisor.accounts.changed", generation: 0, offersScram: false };
  private waiting: Occurrence[] = [];
  private readonly listeners = new Set<() => void>();

  /** From now on, also for what has waited. */
  begin(decider: Decider): void {
    if (this.present !== undefined) this.suspend();
    this.present = decider;
    this.decider.resolve(decider);
    for (const it of this.takeWaiting()) decider.write(it);
    this.renew();
  }

  /** Nobody decides until the next one begins. */
  suspend(only: Decider | undefined = this.present): void {
    if (this.present === undefined || this.present !== only) return;
    this.lastNews = this.present.news();
    this.present = undefined;
    this.decider = Promise.withResolvers();
  }

  async answer(service: string, question: LoginQuestion): Promise<SupervisorMessage> {
    for (;;) {
      const answer = await (await this.decider.promise).answer(service, question);
      if (answer !== undefined) return answer;
    }
  }

  news(): SupervisorMessage {
    return this.present?.news() ?? this.lastNews;
  }

  write(occurrence: Occurrence): void {
    if (this.present !== undefined) this.present.write(occurrence);
    else if (this.waiting.length < EVENTS_MAX) this.waiting.push(occurrence);
  }

  /** Events that nobody has kept yet. */
  takeWaiting(): readonly Occurrence[] {
    return this.waiting.splice(0);
  }

  /** Accounts have changed, or whoever decides has. */
  renew(): void {
    this.lastNews = this.news();
    for (const listener of this.listeners) listener();
  }

  onRenewal(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

/** The other server decides, for as long as it is there. */
export class RemoteDecider implements Decider {
  private readonly link: Link;
  private readonly asked = new Map<number, (answer: SupervisorMessage | undefined) => void>();
  private accounts: SupervisorMessage;
  private readonly gone: (it: Decider) => void;
  private id = 0;

  /** `gone` is called when it decides no more, before what was asked is given up. */
  constructor(
    link: Link,
    { generation, offersScram }: Pick<Said<"taker.home.serves">, "generation" | "offersScram">,
    gone: (it: Decider) => void,
  ) {
    this.link = link;
    this.gone = gone;
    this.accounts = { name: "supervisor.accounts.changed", generation, offersScram };
    void link.closed.then(() => this.leave());
  }

  /** It decides no more: what was asked is for the next one. */
  leave(): void {
    this.gone(this);
    for (const give of this.asked.values()) give(undefined);
    this.asked.clear();
  }

  news(): SupervisorMessage {
    return this.accounts;
  }

  write(occurrence: Occurrence): void {
    this.link.send({ name: "giver.event.write", occurrence });
  }

  answer(service: string, question: LoginQuestion): Promise<SupervisorMessage | undefined> {
    const id = ++this.id;
    return new Promise((resolve) => {
      if (!this.link.open) return void this.link.closed.then(() => resolve(undefined));
      this.asked.set(id, resolve);
      this.link.send({ name: "giver.login.ask", id, service, question: question as unknown as JsonObject });
    });
  }

  answered({ id, answer }: Said<"taker.login.answer">): void {
    const give = this.asked.get(id);
    this.asked.delete(id);
    give?.(readMessage(answer, "supervisor") as SupervisorMessage | undefined);
  }

  accountsChanged({ generation, offersScram }: Said<"taker.accounts.changed">): void {
    this.accounts = { name: "supervisor.accounts.changed", generation, offersScram };
  }
}

/** What the other server's workers ask, answered here. */
export async function answerFor(link: Link, logins: Logins, asked: Said<"giver.login.ask">): Promise<void> {
  const question = readMessage(asked.question, "worker");
  if (question?.name !== "worker.login.ask" && question?.name !== "worker.scram.ask") return;
  const answer = await logins.answer(asked.service, question);
  link.send({ name: "taker.login.answer", id: asked.id, answer: answer as unknown as JsonObject });
}
