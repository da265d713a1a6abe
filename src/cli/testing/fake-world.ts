// A world for tests: what is printed is kept, what is typed is given, and time moves only when a verb waits.
import { good } from "../../base/result.ts";
import type { Screen, World } from "../world.ts";

export interface FakeWorld extends World {
  readonly out: Printed;
  readonly err: Printed;
  /** Questions that were asked, with whether the answer was shown. */
  readonly asked: string[];
}

interface Printed {
  text: string;
}

export interface WorldOptions {
  readonly width?: number;
  readonly colour?: boolean;
  /** What a person types, in order; without it standard input is no terminal. */
  readonly typed?: readonly (string | undefined)[];
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  readonly alive?: () => boolean;
  readonly edit?: World["edit"];
  /** Called each time a verb waits. */
  readonly waits?: () => void;
}

export const START_MS = Date.UTC(2026, 6, 27, 10, 0, 0);

export function fakeWorld(options: WorldOptions = {}): FakeWorld {
  const { width, colour = false, typed, stdin = "" } = options;
  const answers = [...(typed ?? [])];
  const asked: string[] = [];
  const out: Printed = { text: "" };
  const err: Printed = { text: "" };
  const screen = (printed: Printed): Screen => ({
    width,
    colour,
    live: width !== undefined,
    write: (text) => {
      printed.text += text;
    },
  });
  let nowMs = START_MS;
  return {
    out,
    err,
    asked,
    stdout: screen(out),
    stderr: screen(err),
    stdin: {
      isTerminal: typed !== undefined,
      readAll: async (bytesMax) => (Buffer.byteLength(stdin) > bytesMax ? undefined : stdin),
      ask: async (question, { shown }) => {
        asked.push(`${question}${shown ? "(shown)" : "(hidden)"}`);
        return answers.shift();
      },
    },
    ended: new AbortController().signal,
    workingFolder: options.workingFolder ?? "/srv", // system path: no such folder is opened
    user: "alice",
    environment: (name) => options.environment?.[name],
    wallMs: () => nowMs,
    steadyMs: () => nowMs,
    pause: async (milliseconds) => {
      nowMs += milliseconds;
      options.waits?.();
    },
    isAlive: options.alive ?? (() => false),
    edit: options.edit ?? (async () => good(undefined)),
  };
}
