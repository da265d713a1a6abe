// The worker's side of logins: questions to the supervisor and the answers that come back, matched by number. It keeps
// what it was told of accounts, and decides nothing.
import { type Answer, type Ask, isAnswer, type LoginNews } from "../account/ask.ts";
import { LoginCache } from "../account/login-cache.ts";
import type { ScramTerms } from "../account/set-password.ts";
import type { LoginLine } from "../account/site-login.ts";
import type { Clock } from "../base/clock.ts";
import type { SupervisorMessage, WorkerMessage } from "../ipc/messages.ts";

type LoginAnswer = Extract<SupervisorMessage, { readonly name: "supervisor.login.answer" }>;
type ScramAnswer = Extract<SupervisorMessage, { readonly name: "supervisor.scram.answer" }>;

export class WorkerLoginLine implements LoginLine {
  readonly cache: LoginCache;
  news: LoginNews = { generation: 0, offersScram: false };
  private readonly send: (message: WorkerMessage) => void;
  private readonly logins = new Map<number, (answer: LoginAnswer) => void>();
  private readonly terms = new Map<number, (answer: ScramAnswer) => void>();
  private id = 0;

  /** `key` is random, and of this process alone. */
  constructor(send: (message: WorkerMessage) => void, key: Uint8Array, clock: Clock) {
    this.send = send;
    this.cache = new LoginCache(key, clock);
  }

  async ask({ site, address, trace, proof }: Omit<Ask, "service">) {
    const id = ++this.id;
    const { generation, answer } = await new Promise<LoginAnswer>((resolve) => {
      this.logins.set(id, resolve);
      this.send({ name: "worker.login.ask", id, site, address, trace, proof: { ...proof } });
    });
    return { generation, answer: readAnswer(answer) };
  }

  async scram(account: string): Promise<ScramTerms> {
    const id = ++this.id;
    const { salt, iterations } = await new Promise<ScramAnswer>((resolve) => {
      this.terms.set(id, resolve);
      this.send({ name: "worker.scram.ask", id, account });
    });
    return { salt, iterations };
  }

  answered(message: LoginAnswer | ScramAnswer): void {
    const { id } = message;
    if (message.name === "supervisor.login.answer") this.logins.get(id)?.(message);
    else this.terms.get(id)?.(message);
    this.logins.delete(id);
    this.terms.delete(id);
  }

  accountsChanged(news: LoginNews): void {
    this.news = news;
    this.cache.clear();
  }
}

function readAnswer(given: unknown): Answer {
  if (!isAnswer(given)) throw new Error("an answer to a login that cannot be read");
  return given;
}
