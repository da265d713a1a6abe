// Occurrences as people read them: when, how bad, whose, what; and from a warning on, what to do. Text for a
// terminal or a plain stream; it reads nothing but the width of the screen.
import { type Level, type Occurrence, visible } from "./event.ts";
import type { Sink } from "./sink.ts";

/** What is needed of `process.stderr`. */
export interface Screen {
  write(text: string): unknown;
  /** Set on a terminal only; other streams get every sentence on one line. */
  readonly columns?: number | undefined;
  /** What the reader at the other end has not taken yet. */
  readonly writableLength?: number;
}

export interface Look {
  readonly colour: boolean;
  readonly columns?: number | undefined;
  /** The day beside the time, for a list that spans days. */
  readonly date?: boolean;
}

const UNREAD_MAX = 1024 * 1024;

export class ConsoleSink implements Sink {
  private readonly screen: Screen;
  private readonly colour: boolean;
  private unshown = 0;

  constructor(screen: Screen, colour: boolean) {
    this.screen = screen;
    this.colour = colour;
  }

  write(it: Occurrence): void {
    if ((this.screen.writableLength ?? 0) > UNREAD_MAX) {
      this.unshown++;
      return;
    }
    const gap = this.unshown === 0 ? "" : `(${this.unshown} events were not shown here, \`inetsrv events\` has them)\n`;
    this.unshown = 0;
    this.screen.write(gap + present(it, { colour: this.colour, columns: this.screen.columns }));
  }
}

const colours: Readonly<Record<Level, string>> = {
  critical: "1;31",
  error: "31",
  warning: "33",
  notice: "36",
  info: "2",
};
const LEVEL_WIDTH = 8;
const SERVICE_WIDTH = 6;
const COLUMNS_MIN = 60;

const needsHelp = (level: Level): boolean => level !== "notice" && level !== "info";

/** The sentence, and the remedy below it. On a narrow terminal the columns give way to the text. */
export function present(it: Occurrence, { colour, columns, date = false }: Look): string {
  const time = clockTime(it.atMs, date);
  const level = it.level.padEnd(LEVEL_WIDTH);
  const head = `${time} ${colour ? `\u001b[${colours[it.level]}m${level}\u001b[0m` : level} ${visible(it.service).padEnd(SERVICE_WIDTH)} `;
  const wide = columns === undefined || columns >= COLUMNS_MIN;
  const headWidth =
    time.length + 1 + LEVEL_WIDTH + 1 + Math.max(SERVICE_WIDTH, Bun.stringWidth(visible(it.service))) + 1;
  const sentence = namedSentence(it, wide ? columns && columns - headWidth : columns);
  const lines = wide ? [head + sentence.join(`\n${" ".repeat(headWidth)}`)] : [head.trimEnd(), ...sentence];
  if (needsHelp(it.level) && it.remedy !== "") {
    const indent = " ".repeat(wide ? time.length + 1 : 2);
    for (const line of wrap(visible(it.remedy), columns && columns - indent.length)) lines.push(indent + line);
  }
  return `${lines.join("\n")}\n`;
}

/** The first line of an error says which object it is about, also where the sentence does not, or only later. */
function namedSentence(it: Occurrence, width: number | undefined): readonly string[] {
  const name = visible(it.object.name);
  const sentence = visible(it.sentence);
  const lines = wrap(sentence, width, name);
  if (!needsHelp(it.level) || lines[0]?.includes(name)) return lines;
  const label = `${it.object.kind} ${name}:`;
  return wrap(`${label} ${sentence}`, width, label);
}

/** Lines of at most `width` columns; words are never broken, so that a path can be copied, and `whole` counts as one. */
function wrap(text: string, width: number | undefined, whole = ""): readonly string[] {
  if (width === undefined) return [text];
  const glue = "\ue000"; // a private letter as wide as the space it stands for
  const glued = whole === "" ? text : text.replaceAll(whole, whole.replaceAll(" ", glue));
  return Bun.wrapAnsi(glued, Math.max(width, 1), { trim: true, wordWrap: true, hard: false })
    .split("\n")
    .map((line) => line.replaceAll(glue, " "));
}

/** Local time: it is compared with the clock on the wall. */
function clockTime(atMs: number, date: boolean): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return date ? `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}` : time;
}
