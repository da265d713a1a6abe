// What can be asked of the mail queue, and ordered of it: whoever may read the mail answers it.
import { queueQuestions } from "../mail/queue-questions.ts";
import type { Operation } from "../operation.ts";
import type { Configured } from "./configured.ts";

export const queueOperations: readonly Operation<Configured>[] = queueQuestions.map((it) => ({
  ...it,
  run: ({ mail }, given) => mail.ask(it.name, given),
}));
