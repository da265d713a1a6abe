// What is said to a refused request where the site has no page of its own for it: one line of plain text.
import type { Refusal } from "../refusal.ts";
import { reasonOf } from "../status.ts";
import type { Answer } from "./answer.ts";

export const refusalAnswer = ({ status, substatus, because, close }: Refusal): Answer => ({
  status,
  substatus,
  fields: [["Content-Type", "text/plain; charset=utf-8"]],
  body: Buffer.from(`${status} ${reasonOf(status)}: ${because}\n`),
  close,
});
