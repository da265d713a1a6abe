// The bad mail of a site as a table, and one of it with its reason. Lines only; what strangers sent is shown as text.
import { localTime } from "../../base/local-time.ts";
import type { BadmailDetails, BadmailList } from "../../supervisor/operations/badmail-answers.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { count, shortSize } from "../look/moment.ts";
import { tableLines } from "../look/table.ts";

export function badmailLines(
  { folder, entries, messages, sizeBytes }: BadmailList,
  width: number | undefined,
): readonly Line[] {
  if (messages === 0) return [`There is no bad mail in ${folder}.`];
  const columns = [
    { title: "Name" },
    { title: "Since" },
    { title: "Size", align: "right" as const, leaves: 1 },
    { title: "Sender", yields: 2, leaves: 2 },
    { title: "Recipients", yields: 3, leaves: 3 },
    { title: "Because", yields: 1 },
  ];
  const rows = entries.map(({ id, atMs, sizeBytes, about }): readonly Span[] => [
    id,
    localTime(atMs),
    shortSize(sizeBytes),
    about === null ? "" : about.sender === "" ? "<>" : about.sender,
    about === null ? "" : someOf(about.recipients),
    about === null ? toned("dim", "nothing is known of it") : about.reason,
  ]);
  return [
    ...tableLines(columns, rows, width),
    "",
    `${count(messages, "message")}, ${shortSize(sizeBytes)}, in ${folder}`,
  ];
}

const SHOWN = 3;
const someOf = (all: readonly string[]): string =>
  all.slice(0, SHOWN).join(", ") + (all.length > SHOWN ? ` and ${all.length - SHOWN} more` : "");

export const badmailDetailLines = ({ id, reason, beginning }: BadmailDetails): readonly Line[] => [
  toned("strong", id),
  "",
  ...linesOf(reason === "" ? "Nothing tells why it is here: another program or a person has put it here." : reason),
  "",
  toned("dim", "How the message begins:"),
  ...linesOf(beginning),
];

const linesOf = (text: string): readonly string[] => text.trimEnd().split(/\r?\n/);
