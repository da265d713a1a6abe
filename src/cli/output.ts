// What a verb prints: its answer on stdout, as lines for people or as the data with --json, and what went wrong on
// stderr. No verb writes anywhere else.
import { type Fault, sentence } from "../base/fault.ts";
import { visible } from "../event/event.ts";
import { problemSentence } from "../schema/decode.ts";
import type { Refusal } from "../supervisor/operation.ts";
import { type ExitCode, exitCodes, exitFor } from "./exit-code.ts";
import { type Line, render } from "./look/line.ts";
import { wrap } from "./look/wrap.ts";
import { faultLines } from "./views/fault-view.ts";
import type { Screen } from "./world.ts";

/** Prose is wrapped even where nobody looks. */
const PROSE_WIDTH = 80;
const PROSE_WIDTH_MAX = 100;

export class Output {
  readonly json: boolean;
  private readonly out: Screen;
  private readonly err: Screen;
  private readonly noColor: boolean;

  constructor(out: Screen, err: Screen, options: { readonly json: boolean; readonly noColor: boolean }) {
    this.out = out;
    this.err = err;
    this.json = options.json;
    this.noColor = options.noColor;
  }

  /** A person looks at it, rather than a file or a pipe. */
  get live(): boolean {
    return this.out.live;
  }

  get colour(): boolean {
    return this.out.colour && !this.noColor;
  }

  /** For tables; undefined when nobody looks. */
  get width(): number | undefined {
    return this.out.width;
  }

  get proseWidth(): number {
    return Math.min(this.out.width ?? PROSE_WIDTH, PROSE_WIDTH_MAX);
  }

  /** The answer of a verb: data and how people see it. */
  show(data: unknown, lines: () => readonly Line[]): void {
    if (this.json) this.data(data);
    else this.lines(lines());
  }

  /** An answer that is data for people too. */
  data(data: unknown): void {
    this.out.write(jsonText(data));
  }

  /** One of many that come one after the other: with --json each is a line of its own. */
  step(data: unknown, lines: () => readonly Line[]): void {
    if (this.json) this.out.write(jsonText(data, "one line"));
    else this.lines(lines());
  }

  lines(lines: readonly Line[]): void {
    this.print(this.out, lines);
  }

  /** A text that is itself the answer and comes from outside: a person sees what is in it, a file gets it as it is. */
  document(text: string): void {
    this.raw(this.live ? text.split("\n").map(visible).join("\n") : text);
  }

  /** Our own text as it is; it ends with a line end. */
  raw(text: string): void {
    this.out.write(text.endsWith("\n") ? text : `${text}\n`);
  }

  /** What a person may want to know while a verb works, and a script does not. */
  note(line: Line): void {
    if (!this.json) this.print(this.err, [line]);
  }

  /** What a verb waits for. On a terminal one line tells it, written over each time; an empty text takes it away. */
  progress(text: string): void {
    if (this.json) return;
    const { width = 0 } = this.err;
    if (this.err.live) this.err.write(`\r\u001b[K${visible(text).slice(0, Math.max(width - 1, 0))}`);
    else if (text !== "") this.note(text);
  }

  get progressIsLive(): boolean {
    return this.err.live;
  }

  failed(fault: Fault, code: ExitCode = exitCodes.failed): ExitCode {
    this.trouble({ ...fault, sentence: sentence(fault) }, faultLines(fault, this.errWidth));
    return code;
  }

  refused(refusal: Refusal): ExitCode {
    this.trouble(refusal, refusalLines(refusal, this.errWidth));
    return exitFor(refusal.reason);
  }

  /** The command line makes no sense: what is wrong with it, and what to type. */
  misused(text: string, hint: string): ExitCode {
    this.trouble({ sentence: text, remedy: hint }, [...wrap(text, this.errWidth), ...wrap(`  ${hint}`, this.errWidth)]);
    return exitCodes.usage;
  }

  private get errWidth(): number {
    return Math.min(this.err.width ?? PROSE_WIDTH_MAX, PROSE_WIDTH_MAX);
  }

  private trouble(data: unknown, lines: readonly Line[]): void {
    if (this.json) this.err.write(jsonText({ error: data }));
    else this.print(this.err, lines);
  }

  private print(screen: Screen, lines: readonly Line[]): void {
    const colour = screen.colour && !this.noColor;
    screen.write(lines.map((it) => `${render(it, colour)}\n`).join(""));
  }
}

/** The same data, with the control characters that JSON leaves alone written as escapes. */
export const jsonText = (data: unknown, form: "one line" | "indented" = "indented"): string =>
  `${(JSON.stringify(data, null, form === "indented" ? 2 : 0) ?? "null").replaceAll(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )}\n`;

function refusalLines({ sentence: text, problems }: Refusal, width: number): readonly Line[] {
  const told = problems.map(problemSentence);
  // The sentence of a request that makes no sense is its problems in one line; they are easier to read one by one.
  const first = told.some((it) => text.includes(it)) ? [] : wrap(text, width);
  return [...first, ...told.flatMap((it) => wrap(first.length === 0 ? it : `  ${it}`, width))];
}
