// A verb is one complete row: its words, what it takes, what it does, an example, and how it ends. Parsing, help,
// completion and manual are read from the rows; nobody keeps a second list.
import type { Kind } from "../schema/kind.ts";
import type { Context } from "./context.ts";
import type { ExitName } from "./exit-code.ts";

/** What completion offers for a word; words of a kind with choices are offered anyway. */
export type Source =
  | "nothing"
  | "file"
  | "service"
  /** SERVICE or SERVICE/SITE, or "all". */
  | "target"
  /** Node or setting of the configuration. */
  | "path"
  | "setting"
  | "node"
  /** PATH VALUE PATH VALUE … */
  | "pairs"
  /** key=value of the node in the argument before. */
  | "assignments"
  | "verb";

export interface Argument<T = unknown> {
  /** As usage shows it: "PATH", "PATH VALUE". */
  readonly shown: string;
  readonly times: "once" | "maybe" | "many" | "any";
  readonly kind: Kind<unknown>;
  readonly doc: string;
  readonly completes: Source;
  /** Only for the types of `given`. */
  readonly type?: T;
}

export interface Flag<T = unknown> {
  /** The value as usage shows it; undefined for a flag that is given or not. */
  readonly shown: string | undefined;
  readonly kind: Kind<unknown> | undefined;
  readonly doc: string;
  readonly completes: Source;
  readonly type?: T;
}

/** Every word as it was typed. */
const word: Kind<string> = {
  name: "text",
  wish: "a text",
  decode: (given) => ({ ok: true, value: String(given) }),
  print: (value) => value,
  jsonSchema: { type: "string" },
};

type Shape<T> = { readonly kind?: Kind<T>; readonly completes?: Source };
const argument = (times: Argument["times"], shown: string, doc: string, shape: Shape<never>) => ({
  shown,
  times,
  doc,
  kind: (shape.kind ?? word) as Kind<unknown>,
  completes: shape.completes ?? ("nothing" as const),
});

export const once = <T = string>(shown: string, doc: string, shape: Shape<T> = {}): Argument<NoInfer<T>> =>
  argument("once", shown, doc, shape as Shape<never>);
export const maybe = <T = string>(shown: string, doc: string, shape: Shape<T> = {}): Argument<NoInfer<T> | undefined> =>
  argument("maybe", shown, doc, shape as Shape<never>);
/** One or more; must be the last. */
export const many = <T = string>(shown: string, doc: string, shape: Shape<T> = {}): Argument<readonly NoInfer<T>[]> =>
  argument("many", shown, doc, shape as Shape<never>);
/** None or more; must be the last. */
export const any = <T = string>(shown: string, doc: string, shape: Shape<T> = {}): Argument<readonly NoInfer<T>[]> =>
  argument("any", shown, doc, shape as Shape<never>);

export const toggle = (doc: string): Flag<boolean> => ({
  shown: undefined,
  kind: undefined,
  doc,
  completes: "nothing",
});
export const value = <T = string>(shown: string, doc: string, shape: Shape<T> = {}): Flag<NoInfer<T> | undefined> => ({
  shown,
  kind: (shape.kind ?? word) as Kind<unknown>,
  doc,
  completes: shape.completes ?? "nothing",
});

export type Arguments = Readonly<Record<string, Argument>>;
export type Flags = Readonly<Record<string, Flag>>;
type Typed<Row> = { readonly [Key in keyof Row]: Row[Key] extends { readonly type?: infer T } ? T : never };

/** What was typed, decoded by the row: arguments and flags by their names. */
export type Given<A extends Arguments = Arguments, F extends Flags = Flags> = Typed<A> & Typed<F>;

export const groups = [
  "Server",
  "Services",
  "Configuration",
  "Keys",
  "Accounts",
  "Certificates",
  "Web",
  "Mail",
  "Releases",
  "What happened",
  "This command",
] as const;

export interface Verb<A extends Arguments = Arguments, F extends Flags = Flags> {
  readonly words: string;
  /** Not for people: it stands in no help and no completion. */
  readonly hidden?: true;
  readonly group: (typeof groups)[number];
  /** One sentence. */
  readonly summary: string;
  /** What else must be known, in paragraphs. */
  readonly doc?: string;
  readonly takes: A;
  readonly flags: F;
  readonly examples: readonly { readonly line: string; readonly doc: string }[];
  /** How it may end beyond what any verb may. */
  readonly exits: readonly ExitName[];
  run(context: Context, given: Given<A, F>): Promise<number>;
}

/** Keeps the types for the one who writes the row, and gives the plain shape to those who read all rows. */
export const verb = <const A extends Arguments, const F extends Flags>(row: Verb<A, F>): Verb => row as unknown as Verb;

/** `confirmWithin` is typed as --confirm-within. */
export const flagWord = (key: string): string => `--${key.replaceAll(/[A-Z]/g, (it) => `-${it.toLowerCase()}`)}`;
