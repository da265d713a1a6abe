// What an answer of a protocol means to whoever runs the server: told from the code that a client shows or a log holds, for
// `inetsrv explain`. The words come from the tables that the service answers by. A type only.

export interface AnswerMeaning {
  /** The code and what the protocol calls it: "404.3 Not Found". */
  readonly answer: string;
  /** A whole sentence. */
  readonly because: string;
  /** Paths of the settings that decide it, at the service; sites and what lies below them may have their own. */
  readonly settings: readonly string[];
  readonly remedy?: string;
}

/** Finds the code in any text; undefined where it holds none that the service could have answered. */
export type ExplainAnswer = (text: string) => AnswerMeaning | undefined;
