// Everything a verb may have of the world besides the server: the terminal, the keyboard, the clock, the editor. An
// interface, so that tests hold all of it.
import type { Fault } from "../base/fault.ts";
import type { Result } from "../base/result.ts";

export interface World {
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly stdin: Keyboard;
  /** Aborted when nobody reads the output any more. */
  readonly ended: AbortSignal;
  readonly workingFolder: string;
  /** For the record of changes: who typed the command. */
  readonly user: string;
  environment(name: string): string | undefined;
  wallMs(): number;
  steadyMs(): number;
  /** Resolves after the time, or at once when `ended`. */
  pause(milliseconds: number): Promise<void>;
  isAlive(pid: number): boolean;
  /** Runs the editor on the file and waits for its end. */
  edit(command: string, file: string): Promise<Result<void, Fault>>;
}

export interface Screen {
  /** Columns; undefined when it is no terminal, so that nothing is wrapped. */
  readonly width: number | undefined;
  readonly colour: boolean;
  /** A line may be written over: somebody looks at it. */
  readonly live: boolean;
  write(text: string): void;
}

export interface Keyboard {
  /** A person types, rather than a file or a pipe. */
  readonly isTerminal: boolean;
  /** All there is, or undefined when it is more than `bytesMax`. */
  readAll(bytesMax: number): Promise<string | undefined>;
  /** A line typed by a person, shown or not; undefined when it was given up with Ctrl-C or Ctrl-D. */
  ask(question: string, options: { readonly shown: boolean }): Promise<string | undefined>;
}
