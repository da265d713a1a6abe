// The table of everything that can be asked of the mail of a home.
import { badmailQuestions } from "./badmail-questions.ts";
import type { MailQuestion } from "./mail-question.ts";
import { queueQuestions } from "./queue-questions.ts";

export const mailQuestions: readonly MailQuestion[] = [...queueQuestions, ...badmailQuestions];
