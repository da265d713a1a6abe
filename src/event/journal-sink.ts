// Occurrences for the journal of systemd: one line each, the priority in front, no time as the journal has its own.
// Writes to the stream it is given and to nothing else.
import { type Level, type Occurrence, visible } from "./event.ts";
import type { Sink } from "./sink.ts";

const priorities: Readonly<Record<Level, number>> = { critical: 2, error: 3, warning: 4, notice: 5, info: 6 };

export class JournalSink implements Sink {
  private readonly stream: { write(text: string): unknown };

  constructor(stream: { write(text: string): unknown }) {
    this.stream = stream;
  }

  write(it: Occurrence): void {
    this.stream.write(journalLine(it));
  }
}

export function journalLine(it: Occurrence): string {
  const name = visible(it.object.name);
  const sentence = visible(it.sentence);
  const label = sentence.includes(name) ? "" : `${it.object.kind} ${name}: `;
  const remedy = it.remedy === "" ? "" : ` ${visible(it.remedy)}`;
  return `<${priorities[it.level]}>${visible(it.service)} ${it.number}: ${label}${sentence}${remedy}\n`;
}
