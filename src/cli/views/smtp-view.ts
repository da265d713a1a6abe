// The decision of a mail site as lines: each row that was looked at, and what the client hears. Lines only.
import type { RelayAnswer } from "../../proto/smtp/relay-question.ts";
import { type Line, toned } from "../look/line.ts";
import { consultedLines } from "./consulted-view.ts";

export function relayLines(
  { accepted, reply, destination, consulted }: RelayAnswer,
  width: number | undefined,
): readonly Line[] {
  return [
    ...consultedLines(consulted, width),
    "",
    [accepted ? toned("good", "Taken") : toned("bad", "Refused"), `: ${reply}`],
    ...(destination === null ? [] : [`It would wait in the queue for ${destination}.`]),
  ];
}
