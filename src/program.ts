// The program made of its rooms: it finds out where it runs, and hands the command line what belongs to it. Nothing is
// decided here.
import { systemClock } from "./base/clock.ts";
import type { Home } from "./base/home.ts";
import { expectGood } from "./base/result.ts";
import { version } from "./base/version.ts";
import { exitCodes } from "./cli/exit-code.ts";
import type { Program } from "./cli/program.ts";
import { readKnowledge } from "./event/knowledge.ts";
import { house } from "./house.ts";
import { layDownPrivileges } from "./net/system/lay-down-privileges.ts";
import { mismatch, readIdentity } from "./release/identity.ts";
import { findProgram, ownCommand, readArticles } from "./release/program-files.ts";
import { actAsOwner } from "./supervisor/act-as-owner.ts";
import { showFormats, writeFormats } from "./supervisor/formats/home-formats.ts";
import { hasMetabase } from "./supervisor/home-folders.ts";
import { initHome } from "./supervisor/init.ts";
import { CLERK } from "./supervisor/mail/clerk.ts";
import { runClerk } from "./supervisor/mail/run-clerk.ts";
import { openClient } from "./supervisor/open-client.ts";
import type { ServerEnd, ServerParts } from "./supervisor/server-parts.ts";
import type { Releases } from "./supervisor/succession/succession-desk.ts";
import { runServer, succeedServer } from "./supervisor/up.ts";
import type { WorkerProgram } from "./worker/join-server.ts";
import { runWorker } from "./worker/worker.ts";

const { model, checks, services, catalogue, operations, offlineOperations } = house;
const clock = systemClock;

const exits: Readonly<Record<Extract<ServerEnd, string>, number>> = {
  ended: exitCodes.done,
  failed: exitCodes.failed,
  held: exitCodes.conflict,
};
const codeOf = (end: ServerEnd): number => (typeof end === "string" ? exits[end] : end.code);

/** `main` is the file that was started; `releasesOf` finds those that can take over from this one. */
export function makeProgram(main: string, releasesOf: (home: Home) => Releases | undefined): Program {
  const files = findProgram(version, main);
  const command = ownCommand(files, main);
  const identity = () => readIdentity(files);
  const partsOf = (home: Home): ServerParts => {
    const releases = releasesOf(home);
    const environment = process.env;
    const parts = { home, version, model, checks, services, operations, clock, command, environment, identity };
    return releases === undefined ? parts : { ...parts, releases };
  };
  return {
    version,
    model,
    operations,
    catalogue,
    // Only who explains something needs it: no worker and no other command reads the articles.
    knowledge: () => expectGood(readKnowledge(readArticles(files, main), catalogue)),
    explainAnswer: (text) => services.flatMap((it) => it.explainAnswer?.(text) ?? []),
    openClient(home, { offline }) {
      const acting = { actAsOwner, layDownPrivileges };
      return openClient({ ...partsOf(home), operations: offlineOperations, ...acting }, offline);
    },
    init: (home) => initHome({ home, version, model, checks, services, clock }),
    formats: {
      show: (home) => showFormats({ home, version, clock }),
      write: (home, wish) => writeFormats({ home, version, clock, actAsOwner, layDownPrivileges }, wish),
    },
    async up(home, { init }, hooks) {
      if (init && !hasMetabase(home)) {
        const made = await initHome({ home, version, model, checks, services, clock });
        if (!made.ok) {
          hooks.failed(made.error);
          return exitCodes.failed;
        }
        hooks.created(made.value);
      }
      return codeOf(await runServer(partsOf(home), hooks));
    },
    async succeed(home, hooks) {
      return codeOf(await succeedServer(partsOf(home), { started() {}, ...hooks }));
    },
    async worker(name) {
      const own: WorkerProgram = { mismatch: (expected) => mismatch(expected, identity(), files.root) };
      if (name === CLERK) return runClerk(own);
      const service = services.find((it) => it.name === name);
      if (service !== undefined) return runWorker(service, own);
      process.stderr.write(`There is no service ${name}\n`);
      return exitCodes.usage;
    },
  };
}
