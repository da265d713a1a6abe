// Chooses how events look on a stream: for people, or for the journal of systemd that reads it. The choice is pure;
// only `screenSink` touches the stream.
import { fstatSync } from "node:fs";
import { ConsoleSink, type Screen } from "./console-sink.ts";
import { JournalSink } from "./journal-sink.ts";

export interface StreamFacts {
  readonly terminal: boolean;
  readonly device: number;
  readonly inode: number;
}
export type ScreenChoice = { readonly for: "journal" } | { readonly for: "people"; readonly colour: boolean };

/** JOURNAL_STREAM names the stream that leads to the journal: a child's redirected stream must not believe it. */
export function chooseScreen(
  environment: Readonly<Record<string, string | undefined>>,
  facts: StreamFacts,
): ScreenChoice {
  if (environment.JOURNAL_STREAM === `${facts.device}:${facts.inode}`) return { for: "journal" };
  return { for: "people", colour: facts.terminal && !environment.NO_COLOR };
}

interface ErrorStream extends Screen {
  readonly fd?: number;
  readonly isTTY?: boolean;
  on(event: "error", call: () => void): unknown;
}

/** The sink for `process.stderr`. A terminal that goes away is no reason to stop. */
export function screenSink(
  stream: ErrorStream,
  environment: Readonly<Record<string, string | undefined>>,
): ConsoleSink | JournalSink {
  stream.on("error", () => {});
  const { dev: device, ino: inode } = fstatSync(stream.fd ?? 2);
  const choice = chooseScreen(environment, { terminal: stream.isTTY === true, device, inode });
  return choice.for === "journal" ? new JournalSink(stream) : new ConsoleSink(stream, choice.colour);
}
