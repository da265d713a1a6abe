// A failure told so that a person can act: the object, what was attempted, what is so, and what mends it.
// It is data; who prints it decides how it looks.

/** Kinds of thing that can stop us. A failure always names one of them, with its name. */
export const objectKinds = [
  "home",
  "file",
  "key",
  "secret",
  "metabase",
  "revision",
  "setting",
  "service",
  "site",
  "address",
  "process",
  "release",
  "account",
  "certificate",
  "command",
] as const;
export type ObjectKind = (typeof objectKinds)[number];

declare const named: unique symbol;

/** The thing an event or a failure is about. Only `about` makes one, so that none can lack its name. */
export interface Subject<Kind extends ObjectKind = ObjectKind> {
  readonly kind: Kind;
  readonly name: string;
  readonly [named]: true;
}

/** A literal empty name does not compile; a computed one is a bug and stops the process. */
export function about<Kind extends ObjectKind, Name extends string>(
  kind: Kind,
  name: Name extends "" ? never : Name,
): Subject<Kind> {
  if (name.trim() === "") throw new Error(`a ${kind} without a name`);
  return { kind, name } as unknown as Subject<Kind>;
}

export interface Fault {
  readonly subject: Subject;
  /** What was attempted, as the start of a sentence: "Cannot listen on 0.0.0.0:25". */
  readonly attempted: string;
  /** What is so: "process 812 (master) holds the port". */
  readonly because: string;
  /** The command or setting that mends it: "stop it, or set smtp/sites/default/bindings". */
  readonly remedy: string;
}

export const fault = (subject: Subject, attempted: string, because: string, remedy: string): Fault => ({
  subject,
  attempted,
  because,
  remedy,
});

/** One line: what, why, and the way out. */
export const sentence = (it: Fault): string => `${it.attempted}: ${it.because}. ${it.remedy}`;
