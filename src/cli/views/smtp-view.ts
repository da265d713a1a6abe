// The decision of a mail site as lines: each row that was looked at, and what the client hears. Lines only.
import type { RelayAnswer } from "../../proto/smtp/relay-question.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { tableLines } from "../look/table.ts";

export function relayLines(
  { accepted, reply, destination, consulted }: RelayAnswer,
  width: number | undefined,
): readonly Line[] {
  const columns = [{ title: "Row" }, { title: "Says" }, { title: "Because", yields: 1 }];
  const rows = consulted.map(({ row, says, because }): readonly Span[] => [row, tones[says](says), because]);
  return [
    ...tableLines(columns, rows, width),
    "",
    [accepted ? toned("good", "Taken") : toned("bad", "Refused"), `: ${reply}`],
    ...(destination === null ? [] : [`It would wait in the queue for ${destination}.`]),
  ];
}

const tones = {
  accepted: (text: string) => toned("good", text),
  refused: (text: string) => toned("bad", text),
  "goes on": (text: string) => toned("dim", text),
} as const;
