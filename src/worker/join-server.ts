// What every process does that the server has started, whatever it is for: it hears messages in their order, proves that
// it is of the same release, lays down the rights it must not have, and ends with the supervisor.
import { systemClock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import { traceOf } from "../base/thrown.ts";
import { type ReleaseIdentity, readMessage, type SupervisorMessage, type WorkerMessage } from "../ipc/messages.ts";
import { layDownPrivileges } from "../net/system/lay-down-privileges.ts";
import { dieWithParent, forbidNewPrivileges, giveUpCapabilities } from "../net/system/system-calls.ts";

/** What the process needs to know of the program it is part of. */
export interface WorkerProgram {
  /** What keeps this process from working under the supervisor's release; `home` is the folder of that server. */
  mismatch(expected: ReleaseIdentity, home: string): Fault | undefined;
}

export type Greeting = Extract<SupervisorMessage, { readonly name: "supervisor.worker.greet" }>;
export type End = (code: number) => void;

const LAST_WORDS_MS = 500;

/** Should it have died before the kernel was told to look after us, another one is our parent by then. */
const parent = process.ppid;

/** Takes messages until it is told to end; the exit code of the process. `byHand` helps who has typed the command. */
export function hearSupervisor(
  byHand: string,
  begin: (end: End) => (message: SupervisorMessage) => Promise<void> | void,
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  if (process.send === undefined) {
    process.stderr.write(`A worker is started by the server itself, not by hand. Try: ${byHand}\n`);
    return Promise.resolve(2);
  }
  const take = begin(resolve);
  // One after the other, whatever a message has to wait for.
  let queue = Promise.resolve();
  process.on("message", (given: unknown) => {
    const message = readMessage(given, "supervisor") as SupervisorMessage | undefined;
    if (message === undefined) throw new Error(`a message of another release: ${JSON.stringify(given).slice(0, 200)}`);
    queue = queue
      .then(() => take(message))
      // A bug: the process ends, the supervisor tells why and starts another. Left alone, the queue would only stand.
      .catch((error: unknown) => {
        process.stderr.write(`${traceOf(error)}\n`);
        resolve(1);
      });
  });
  // The supervisor is gone, even by kill -9: nobody would hand the sockets on, so an end is the only right thing.
  process.on("disconnect", () => resolve(0));
  // Terminals and managers send these to the whole group; the supervisor alone decides who ends when.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) process.on(signal, () => {});
  return promise;
}

/**
 * Becomes the user that it is told to be. `prepare` has still the rights that the process was started with. false when it
 * is of another release, or nobody is left to work for: then it ends.
 */
export async function joinServer(
  { release, user, home }: Greeting,
  program: WorkerProgram,
  end: End,
  prepare: () => Promise<void> = async () => {},
): Promise<boolean> {
  const fault = program.mismatch(release, home);
  if (fault !== undefined) {
    tellSupervisor({ name: "worker.release.refuse", fault });
    process.stderr.write(`error: ${fault.attempted}: ${fault.because}\n`);
    // Given a moment, so that the message is through.
    setTimeout(() => end(1), 50);
    return false;
  }
  if (user !== null) {
    // Before the threads of the service: each has a mark of its own.
    forbidNewPrivileges();
    await prepare();
    layDownPrivileges(user);
  }
  // After the change of user, which would undo them. Where the system has no such call, "disconnect" must do.
  dieWithParent();
  giveUpCapabilities();
  forbidNewPrivileges();
  if (process.ppid !== parent) {
    end(0);
    return false;
  }
  tellSupervisor({ name: "worker.release.accept" });
  return true;
}

export function tellSupervisor(message: WorkerMessage): void {
  // Once the supervisor is gone there is nobody to tell; "disconnect" ends this process.
  if (process.connected) process.send?.(message);
}

/** Whatever was sent is on its way then; an end at once would take it back. A supervisor that hangs is not waited for. */
export function allTold(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const last: WorkerMessage = { name: "worker.metrics.report", sites: [] };
  if (process.connected) process.send?.(last, undefined, undefined, () => resolve());
  systemClock.after(LAST_WORDS_MS, resolve);
  return promise;
}
