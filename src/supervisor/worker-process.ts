// One worker as the supervisor sees it: a child of this same program, what it says, and how it ended. It starts and
// ends the process and passes messages in their order; what they mean is for others to decide.

import { totalmem } from "node:os";
import type { Subprocess } from "bun";
import type { Clock } from "../base/clock.ts";
import { bad, good, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";
import { readMessage, type SupervisorMessage, type WorkerMessage } from "../ipc/messages.ts";
import { giveSocket, openChannel } from "../net/system/descriptor-channel.ts";
import { socketActivationVariables } from "../net/system/inherited-sockets.ts";
import { notifyVariables } from "../net/system/notify.ts";
import { close } from "../net/system/system-calls.ts";
import type { LentSocket } from "./listener-table.ts";

export interface WorkerLimits {
  /** Without a word for so long during its start, it is given up. */
  readonly startMs: number;
  readonly pingMs: number;
  /** A worker that serves and says nothing for so long, pings notwithstanding, hangs. */
  readonly silenceMs: number;
  /** After the drain has reached its limit, so long until it is killed. */
  readonly graceMs: number;
}

export const standardLimits = { pingMs: 2000, silenceMs: 15_000, graceMs: 3000 } as const;

export interface Ending {
  /** Of its own will and with nothing to complain about. */
  readonly clean: boolean;
  /** How, as a part of a sentence: "signal SIGKILL ended it". */
  readonly because: string;
}

export interface WorkerWatcher {
  said(worker: WorkerProcess, message: WorkerMessage): void;
  /** It is gone. Called once, whatever else happens. */
  ended(worker: WorkerProcess, ending: Ending): void;
}

type Child = Subprocess<"ignore", "inherit", "pipe">;
type Parcel =
  | { readonly is: "message"; readonly message: SupervisorMessage }
  | { readonly is: "socket"; readonly lent: LentSocket };

const LAST_WORDS_BYTES = 8192;
const RETRY_GIVE_MS = 5;
const DRAIN_PING_MS = 200;
/** A tick that comes so late was not late by itself: this process was stopped, or the machine asleep. */
const FROZEN_MS = 5000;

export interface WorkerProgram {
  readonly command: readonly string[];
  /** As the service says. */
  readonly tidiesSooner?: boolean;
}

export class WorkerProcess {
  readonly startedMs: number;
  phase: "starting" | "serving" | "draining" = "starting";
  connections = 0;
  waitingFor = "";
  private readonly child: Child;
  private readonly channelFd: number;
  private readonly limits: WorkerLimits;
  private readonly clock: Clock;
  private readonly watcher: WorkerWatcher;
  private readonly outbox: Parcel[] = [];
  /** Tags of the sockets it has; each is given once. */
  private readonly given = new Set<number>();
  private lastWords = "";
  private lastHeardMs: number;
  private lastTickMs: number;
  private cancelTick: () => void = () => {};
  private cancelRetry: () => void = () => {};
  private killAtMs = Number.POSITIVE_INFINITY;
  /** Why we ended it ourselves; else its exit code tells. */
  private verdict: string | undefined;

  private constructor(
    start: (heard: (given: unknown) => void) => Child,
    channelFd: number,
    limits: WorkerLimits,
    clock: Clock,
    watcher: WorkerWatcher,
  ) {
    this.child = start((given) => this.heard(given));
    this.channelFd = channelFd;
    this.limits = limits;
    this.clock = clock;
    this.watcher = watcher;
    this.startedMs = clock.wallMs();
    this.lastHeardMs = clock.steadyMs();
    this.lastTickMs = this.lastHeardMs;
    void this.untilItEnds();
    this.tick();
  }

  /** A new process, or why there is none. */
  static start(
    { command, tidiesSooner }: WorkerProgram,
    limits: WorkerLimits,
    clock: Clock,
    watcher: WorkerWatcher,
  ): Result<WorkerProcess, string> {
    const channel = openChannel();
    if (!channel.ok) return bad(`no socket pair for it: ${channel.error.because}`);
    const { parentFd, childFd } = channel.value;
    const start = (heard: (given: unknown) => void): Child =>
      Bun.spawn({
        cmd: [...command],
        stdio: ["ignore", "inherit", "pipe", childFd],
        serialization: "json",
        env: childEnvironment({ ...(tidiesSooner === true ? tidying : {}), ...process.env }),
        ipc: heard,
      });
    try {
      return good(new WorkerProcess(start, parentFd, limits, clock, watcher));
    } catch (error) {
      // The program file is gone, or the system has no room for another process.
      close(parentFd);
      return bad(`it could not be started: ${messageOf(error)}`);
    } finally {
      close(childFd);
    }
  }

  get pid(): number {
    return this.child.pid;
  }

  send(message: SupervisorMessage): void {
    this.outbox.push({ is: "message", message });
    this.flush();
  }

  /** The worker gets a descriptor of its own; what it has already is not given again. */
  give(lent: LentSocket): void {
    if (this.given.has(lent.tag)) return;
    this.given.add(lent.tag);
    this.outbox.push({ is: "socket", lent });
    this.flush();
  }

  /** Ends on its own when its connections have, or when the limit is over; whatever it does, it ends. */
  drain(limitMs: number): void {
    if (this.phase === "draining") return;
    this.phase = "draining";
    this.killAtMs = this.clock.steadyMs() + limitMs + this.limits.graceMs;
    this.send({ name: "supervisor.worker.drain", limitMs });
    this.tick();
  }

  kill(verdict: string): void {
    this.verdict ??= verdict;
    this.child.kill("SIGKILL");
  }

  private heard(given: unknown): void {
    this.lastHeardMs = this.clock.steadyMs();
    const message = readMessage(given, "worker") as WorkerMessage | undefined;
    if (message === undefined) return this.kill("it sent a message that this release does not know");
    if (message.name === "worker.load.report") {
      this.connections = message.connections;
      this.waitingFor = message.waitingFor;
    }
    if (message.name === "worker.service.ready" && this.phase === "starting") this.phase = "serving";
    this.watcher.said(this, message);
  }

  /** Sockets and messages go two ways; whatever comes after a socket waits until the socket is through. */
  private flush(): void {
    this.cancelRetry();
    for (let next = this.outbox[0]; next !== undefined; next = this.outbox[0]) {
      if (next.is === "socket" && !this.hand(next.lent)) {
        this.cancelRetry = this.clock.after(RETRY_GIVE_MS, () => this.flush());
        return;
      }
      if (next.is === "message" && !this.post(next.message)) return;
      this.outbox.shift();
    }
  }

  /** False when the channel is full. A socket that was closed meanwhile is passed over: its number is another's now. */
  private hand({ tag, socket }: LentSocket): boolean {
    if (!socket.open) return true;
    const given = giveSocket(this.channelFd, socket.fd, tag);
    if (given.ok) this.post({ name: "supervisor.socket.give", tag });
    // Any other failure means that the worker is gone, and its end is told on its own way.
    return given.ok || given.error.kind !== "full";
  }

  private post(message: SupervisorMessage): boolean {
    try {
      this.child.send(message);
      return true;
    } catch {
      // Bun throws when the child is gone; its end is told on its own way.
      this.outbox.length = 0;
      return false;
    }
  }

  /** Looks at the deadlines, and asks whether it lives. */
  private tick(): void {
    this.cancelTick();
    const now = this.clock.steadyMs();
    this.forgiveFreeze(now);
    const silentMs = now - this.lastHeardMs;
    if (this.phase === "starting" && silentMs >= this.limits.startMs)
      return this.kill(`it was not ready and made no progress for ${Math.round(this.limits.startMs / 1000)} s`);
    if (this.phase === "serving" && silentMs >= this.limits.silenceMs)
      return this.kill(`it answered nothing for ${Math.round(this.limits.silenceMs / 1000)} s`);
    if (this.phase === "draining" && now >= this.killAtMs) return this.kill("it did not end when told to");
    if (this.phase !== "starting") this.send({ name: "supervisor.worker.ping" });
    const untilStartOver = this.limits.startMs - silentMs;
    const delay = { starting: untilStartOver, serving: this.limits.pingMs, draining: DRAIN_PING_MS }[this.phase];
    this.cancelTick = this.clock.after(Math.min(Math.max(delay, 1), this.limits.pingMs), () => this.tick());
  }

  /** Time in which this process did not run is not the worker's: its answers may lie unread. */
  private forgiveFreeze(now: number): void {
    if (now - this.lastTickMs > this.limits.pingMs + FROZEN_MS) {
      this.lastHeardMs = now;
      this.killAtMs = Math.max(this.killAtMs, now + this.limits.graceMs);
    }
    this.lastTickMs = now;
  }

  private async untilItEnds(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.child.stderr)
      this.lastWords = (this.lastWords + decoder.decode(chunk, { stream: true })).slice(-LAST_WORDS_BYTES);
    await this.child.exited;
    this.cancelTick();
    this.cancelRetry();
    this.outbox.length = 0;
    close(this.channelFd);
    const because = this.verdict ?? endingOf(this.child, this.lastWords);
    this.watcher.ended(this, { clean: this.verdict === undefined && this.child.exitCode === 0, because });
  }
}

const SEEN_MEMORY_BYTES_MAX = 2 * 1024 ** 3;

/** What the runtime of a worker is told; who starts the server may say otherwise. */
const runtimeSettings = {
  // Its allocator gives free memory back to the system at once, and asks for it again for the next request: a fifth of the
  // processor's time of a busy worker. It shall wait so long.
  MIMALLOC_PURGE_DELAY: "1000",
  // On a large machine its heap grows further before it is tidied: a sixth more memory, and more time for walking through it.
  BUN_JSC_forceRAMSize: String(Math.min(SEEN_MEMORY_BYTES_MAX, totalmem(), process.constrainedMemory() || Infinity)),
};

/** An SMTP worker with 50 busy connections takes a tenth less memory and is a fiftieth slower; a web worker only gets slower. */
const tidying = { BUN_JSC_smallHeapGrowthFactor: "1.75" };

/** What systemd tells the server is not for its children: they would take sockets or speak in its name. */
export function childEnvironment(
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const withheld = new Set<string>([...socketActivationVariables, ...notifyVariables]);
  return { ...runtimeSettings, ...Object.fromEntries(Object.entries(own).filter(([name]) => !withheld.has(name))) };
}

/** "it ended with code 1: TypeError: …", "signal SIGKILL ended it". */
function endingOf(child: Child, lastWords: string): string {
  const words = tellingLine(lastWords);
  if (child.signalCode !== null) return `signal ${child.signalCode} ended it${words}`;
  return `it ended with code ${child.exitCode}${words}`;
}

/** The line of a crash report that names the error, else the last one that says anything. */
function tellingLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const telling =
    lines.find((line) => /^(\w*error|panic|fatal)\b.*:/i.test(line)) ?? lines.findLast((line) => line !== "");
  return telling === undefined ? "" : `: ${telling.slice(0, 300)}`;
}
