// Who answers questions about the mail of a home, by the names of their rows (mail-question.ts). The interface only.
import type { Json } from "../../base/json.ts";
import type { Result } from "../../base/result.ts";
import type { Given, Refusal } from "../operation.ts";

export interface MailDesk {
  ask(question: string, given: Given): Promise<Result<Json, Refusal>>;
  /** Nothing is open any more then. */
  close(): Promise<void>;
}
