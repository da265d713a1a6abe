// A message in a drop folder, as the programs that empty one expect it: the envelope in the first lines, then the message.
// Pure; a file of this layout put into a pickup folder is sent on to the same people.
import { type Mailbox, printMailbox } from "../address.ts";
import { pathText, type ReversePath } from "../path.ts";
import { newField } from "./header-field.ts";

/** What stands before the message: x-sender, then x-receiver for each recipient of this folder. */
export function dropLines(sender: ReversePath, recipients: readonly Mailbox[]): Buffer {
  const fields = [
    newField("x-sender", pathText(sender)),
    ...recipients.map((recipient) => newField("x-receiver", printMailbox(recipient))),
  ];
  return Buffer.from(fields.map((field) => field.raw).join(""), "latin1");
}

/** `id` names the message; a consumer looks for the ending. */
export const dropName = (id: string): string => `${id}.eml`;
