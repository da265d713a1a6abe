// The world of a real process: its terminal, clock and editor. With the keyboard, the only file here that touches the
// process it runs in.
import { writeSync } from "node:fs";
import { userInfo } from "node:os";
import { about, type Fault, fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { userName } from "../net/system/system-calls.ts";
import { exitCodes } from "./exit-code.ts";
import { ProcessKeyboard } from "./process-keyboard.ts";
import type { Program } from "./program.ts";
import { runCommand } from "./run.ts";
import type { Screen, World } from "./world.ts";

/** Of a terminal that does not tell. */
const WIDTH_UNKNOWN = 80;
/** Below this nothing can be read, and the terminal itself wraps better. */
const WIDTH_MIN = 20;

/** Runs the command line of this process and gives its exit code; everything is written by then. */
export async function runInProcess(program: Program, words: readonly string[]): Promise<number> {
  const ended = new AbortController();
  const stdout = new ProcessScreen(process.stdout, () => ended.abort());
  const stderr = new ProcessScreen(process.stderr, () => {});
  const world: World = {
    stdout,
    stderr,
    stdin: new ProcessKeyboard(process.stdin, stderr),
    ended: ended.signal,
    workingFolder: process.cwd(),
    get user() {
      return whoTypes();
    },
    environment: (name) => process.env[name],
    wallMs: () => Date.now(),
    steadyMs: () => performance.now(),
    pause: (milliseconds) => pause(milliseconds, ended.signal),
    isAlive,
    edit,
  };
  const code = await runCommand(program, words, world);
  if (stdout.failure === undefined) return code;
  stderr.write(`Cannot write the output: ${stdout.failure}\n`);
  return code === exitCodes.done ? exitCodes.failed : code;
}

/**
 * Writes at once and in order: what `process.stdout` keeps for a slow reader is lost when the process ends. When the
 * reader is gone (`| head`) that is no failure and the rest is thrown away; a full disk is one.
 */
class ProcessScreen implements Screen {
  failure: string | undefined;
  private readonly stream: NodeJS.WriteStream & { fd: number };
  private readonly gone: () => void;
  private open = true;

  constructor(stream: NodeJS.WriteStream & { fd: number }, gone: () => void) {
    this.stream = stream;
    this.gone = gone;
  }

  get live(): boolean {
    return this.stream.isTTY === true;
  }

  get width(): number | undefined {
    return this.live ? Math.max(this.stream.columns || WIDTH_UNKNOWN, WIDTH_MIN) : undefined;
  }

  get colour(): boolean {
    return this.live && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; this.open && at < bytes.length; ) at += this.writeSome(bytes, at);
  }

  private writeSome(bytes: Buffer, at: number): number {
    try {
      return writeSync(this.stream.fd, bytes, at);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") {
        Bun.sleepSync(1); // somebody else made the pipe non-blocking, and its reader is slow
        return 0;
      }
      this.open = false;
      if (code !== "EPIPE") this.failure = message;
      this.gone();
      return 0;
    }
  }
}

/** For the history: who typed it, also behind sudo. */
function whoTypes(): string {
  const { SUDO_USER: before } = process.env;
  const name = accountName();
  return before === undefined || before === name ? name : `${before} as ${name}`;
}

/** The runtime would believe the variable USER; the system knows. An account may lack a name, as in containers. */
function accountName(): string {
  const uid = process.getuid?.();
  return uid === undefined ? userInfo().username : userName(uid);
}

const pause = (milliseconds: number, ended: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      ended.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    ended.addEventListener("abort", done);
  });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The shell takes the command apart, as it may hold flags: `code --wait`. */
async function edit(command: string, file: string): Promise<Result<void, Fault>> {
  const child = Bun.spawn(["sh", "-c", `${command} "$1"`, "sh", file], { stdio: ["inherit", "inherit", "inherit"] });
  const code = await child.exited;
  if (code === 0) return good(undefined);
  const remedy = "Set VISUAL or EDITOR to an editor that is there";
  return bad(fault(about("command", command), `Cannot edit with ${command}`, `it ended with code ${code}`, remedy));
}
