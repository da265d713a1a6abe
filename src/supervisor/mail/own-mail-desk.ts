// Answers questions about the mail of a home in this very process, as whoever it runs as.
import type { Json } from "../../base/json.ts";
import type { Result } from "../../base/result.ts";
import { type Given, type Refusal, unfollowed } from "../operation.ts";
import { badmailQuestions } from "./badmail-questions.ts";
import { KeptSpool, type KeptSpoolWorld } from "./kept-spool.ts";
import type { MailDesk } from "./mail-desk.ts";
import type { MailQuestion, MailRoom } from "./mail-question.ts";
import { queueQuestions } from "./queue-questions.ts";

/** All that can be asked. */
const questions: readonly MailQuestion[] = [...queueQuestions, ...badmailQuestions];
const byName = new Map(questions.map((it) => [it.name, it]));

export class OwnMailDesk implements MailDesk {
  private readonly room: MailRoom;

  constructor(world: KeptSpoolWorld) {
    this.room = { clock: world.clock, spool: new KeptSpool(world) };
  }

  async ask(question: string, given: Given): Promise<Result<Json, Refusal>> {
    const it = byName.get(question);
    if (it === undefined) throw new Error(`no question ${question}`);
    return it.run(this.room, given, unfollowed);
  }

  close(): Promise<void> {
    return this.room.spool.close();
  }
}
