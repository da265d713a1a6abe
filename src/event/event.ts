// What an event is: a row of the catalogue, and one occurrence of it. Rows live in the rooms they speak for; an
// occurrence cannot be made without the object it is about, so that "The "" service terminated" has no spelling here.
import type { ObjectKind, Subject } from "../base/fault.ts";

export const levels = ["critical", "error", "warning", "notice", "info"] as const;
export type Level = (typeof levels)[number];

/** The names between braces of a sentence: "Process {pid} ended" gives "pid". `{object}` is the subject itself. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
export type Parameters<Text extends string> = { readonly [Name in Exclude<Names<Text>, "object">]: string | number };

export interface EventRow<
  Number extends number = number,
  Kind extends ObjectKind = ObjectKind,
  Text extends string = string,
  Remedy extends string = string,
> {
  /** Never changes its meaning once released; the hundreds tell the room. */
  readonly number: Number;
  readonly level: Level;
  /** The kind of thing it is about. */
  readonly object: Kind;
  /** One sentence with `{parameters}`; `{object}` names the subject. */
  readonly sentence: Text;
  /** What mends it, with parameters likewise; for `info` and `notice` often nothing is to be done. */
  readonly remedy: Remedy;
  /** The file in knowledge/ that tells the whole story. */
  readonly article?: string;
}

/** One row. The number, the object and the parameter names become part of its type. */
export function event<
  const Number extends number,
  const Kind extends ObjectKind,
  const Text extends string,
  const Remedy extends string = "",
>(
  number: Number,
  level: Level,
  object: Kind,
  sentence: Text,
  remedy?: Remedy,
  article?: string,
): EventRow<Number, Kind, Text, Remedy> {
  const row = { number, level, object, sentence, remedy: remedy ?? ("" as Remedy) };
  return article === undefined ? row : { ...row, article };
}

/** An event that happened: what the log keeps as one line of JSON. */
export interface Occurrence {
  readonly number: number;
  readonly level: Level;
  readonly atMs: number;
  readonly object: { readonly kind: ObjectKind; readonly name: string };
  /** The service whose matter it is, or "server". */
  readonly service: string;
  readonly sentence: string;
  readonly remedy: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** The connection or message that it happened to: `inetsrv trace` finds it by this. */
  readonly trace?: string;
}

/** How a room reports: the row, the object, and exactly the parameters of its sentence and remedy. */
export type Report = <Number extends number, Kind extends ObjectKind, Text extends string, Remedy extends string>(
  row: EventRow<Number, Kind, Text, Remedy>,
  subject: Subject<NoInfer<Kind>>,
  ...parameters: keyof Parameters<Text | Remedy> extends never ? [] : [Parameters<Text | Remedy>]
) => void;

/** A `Report` for what happens to one connection or message. */
export const traced =
  (report: Report, trace: string): Report =>
  (row, subject, ...rest) =>
    // The row need not speak of it: a parameter of that name is taken for the trace in any case.
    report(row, subject, ...([{ ...rest[0], trace }] as unknown as typeof rest));

/** A `Report` that makes occurrences and hands them on. */
export function reporter(service: string, wallMs: () => number, send: (it: Occurrence) => void): Report {
  return (row, subject, ...rest) => {
    const parameters: Readonly<Record<string, string | number>> = rest[0] ?? {};
    const { trace } = parameters;
    send({
      number: row.number,
      level: row.level,
      atMs: wallMs(),
      object: { kind: subject.kind, name: subject.name },
      service,
      sentence: fill(row.sentence, subject.name, parameters),
      remedy: fill(row.remedy, subject.name, parameters),
      parameters,
      ...(typeof trace === "string" && { trace }),
    });
  };
}

const PARAMETER_LENGTH_MAX = 2000;

/** Puts the parameters in; control characters from outside become visible, so that no value can forge a line. */
function fill(text: string, object: string, parameters: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === "object" ? object : (parameters[name] ?? `{${name}}`);
    return visible(String(value)).slice(0, PARAMETER_LENGTH_MAX);
  });
}

/** Control characters and line separators as \xNN or \uNNNN; all other text as it is. */
export const visible = (text: string): string =>
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
