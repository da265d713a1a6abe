// A process that the server or the doctor has started, as `inetsrv service NAME`: it loads what that one needs, and not the
// whole program.
import { join } from "node:path";
import { rooms } from "./base/home.ts";
import { version } from "./base/version.ts";
import { exitCodes } from "./cli/exit-code.ts";
import { CLERK, HAND } from "./ipc/child-names.ts";
import { findUnsound } from "./release/check/unsound.ts";
import { mismatch, readIdentity } from "./release/identity.ts";
import { findProgram } from "./release/program-files.ts";
import { services } from "./services.ts";
import type { WorkerProgram } from "./worker/join-server.ts";

/** Until it ends; its exit code. `main` is the file that was started. */
export async function runChild(name: string, main: string): Promise<number> {
  if (name.startsWith(HAND)) return (await import("./doctor/hand/run-hand.ts")).runHand(name);
  const files = findProgram(version, main);
  const own: WorkerProgram = {
    mismatch: (expected, home) =>
      findUnsound(files, join(home, rooms.cache))?.fault ?? mismatch(expected, readIdentity(files), files.root),
  };
  if (name === CLERK) return (await import("./supervisor/mail/run-clerk.ts")).runClerk(own);
  if (isService(name)) {
    const [service, { runWorker }] = await Promise.all([services[name](), import("./worker/worker.ts")]);
    return runWorker(service, own);
  }
  process.stderr.write(`There is no service ${name}\n`);
  return exitCodes.usage;
}

const isService = (name: string): name is keyof typeof services => Object.hasOwn(services, name);
