// The process of another release that is to take the home over, as its giver sees it: started, spoken with, ended. What is
// said is decided elsewhere.
import type { Home } from "../../base/home.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import { openChannel } from "../../net/system/descriptor-channel.ts";
import { socketActivationVariables } from "../../net/system/inherited-sockets.ts";
import { close } from "../../net/system/system-calls.ts";
import { Link } from "./link.ts";

/** The verb under which a program takes a home over; the same in every release. */
const SUCCEED = "succeed";

/** Only the manager's own child may say that the manager's clock is for it. */
const withheld = new Set<string>([...socketActivationVariables, "WATCHDOG_PID"]);

export interface HeirEnd {
  readonly code: number;
  /** "signal SIGKILL ended it", "it ended with code 1". */
  readonly because: string;
}

/** As a shell spells it. */
const CODE_OF_SIGNAL = 128;

export class Heir {
  readonly pid: number;
  readonly link: Link;
  readonly ended: Promise<HeirEnd>;
  readonly kill: (signal: NodeJS.Signals) => void;

  private constructor(child: ReturnType<typeof spawn>, link: Link, channelFd: number) {
    this.pid = child.pid;
    this.link = link;
    this.kill = (signal) => child.kill(signal);
    this.ended = child.exited.then(() => {
      link.ended();
      close(channelFd);
      const { exitCode, signalCode } = child;
      return signalCode === null
        ? { code: exitCode ?? 1, because: `it ended with code ${exitCode}` }
        : { code: CODE_OF_SIGNAL, because: `signal ${signalCode} ended it` };
    });
  }

  /** `command` starts the other release; why it could not be started is a part of a sentence. */
  static start(command: readonly string[], home: Home): Result<Heir, string> {
    const channel = openChannel();
    if (!channel.ok) return bad(`no socket pair for it: ${channel.error.because}`);
    const { parentFd, childFd } = channel.value;
    const link = new Link(parentFd, (message) => void child?.send(message));
    let child: ReturnType<typeof spawn> | undefined;
    try {
      child = spawn([...command, "--home", home.root, SUCCEED], childFd, (given) => link.arrived(given));
      return good(new Heir(child, link, parentFd));
    } catch (error) {
      close(parentFd);
      return bad(`it could not be started: ${messageOf(error)}`);
    } finally {
      close(childFd);
    }
  }
}

const spawn = (cmd: string[], channelFd: number, heard: (given: unknown) => void) =>
  Bun.spawn({
    cmd,
    stdio: ["ignore", "inherit", "inherit", channelFd],
    serialization: "json",
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !withheld.has(name))),
    ipc: heard,
  });
