// The program: finds out where it runs, and hands the command line what belongs to it. The one file that knows every
// room; nothing is decided here.
import packageJson from "../package.json" with { type: "json" };
import { systemClock } from "./base/clock.ts";
import { expectGood } from "./base/result.ts";
import { exitCodes } from "./cli/exit-code.ts";
import { runInProcess } from "./cli/process-world.ts";
import type { Program } from "./cli/program.ts";
import { checkList, consult } from "./doctor/doctor.ts";
import { HAND, runHand } from "./doctor/hand/run-hand.ts";
import { undoFix } from "./doctor/mend/undo-fix.ts";
import { unitFolders } from "./doctor/units.ts";
import { readKnowledge } from "./event/knowledge.ts";
import { house } from "./house.ts";
import { layDownPrivileges } from "./net/system/lay-down-privileges.ts";
import { mismatch, readIdentity } from "./release/identity.ts";
import { findProgram, ownCommand, readArticles } from "./release/program-files.ts";
import { actAsOwner } from "./supervisor/act-as-owner.ts";
import { hasMetabase } from "./supervisor/home-folders.ts";
import { initHome } from "./supervisor/init.ts";
import { CLERK } from "./supervisor/mail/clerk.ts";
import { runClerk } from "./supervisor/mail/run-clerk.ts";
import { openClient } from "./supervisor/open-client.ts";
import { runServer, type ServerEnd } from "./supervisor/up.ts";
import type { WorkerProgram } from "./worker/join-server.ts";
import { runWorker } from "./worker/worker.ts";

const { version } = packageJson;
const { model, checks, services, catalogue, operations, offlineOperations } = house;
const files = findProgram(version, Bun.main);
const clock = systemClock;

const exits: Readonly<Record<ServerEnd, number>> = {
  ended: exitCodes.done,
  failed: exitCodes.failed,
  held: exitCodes.conflict,
};

const command = ownCommand(files, Bun.main);
const identity = () => readIdentity(files);

const program: Program = {
  version,
  model,
  operations,
  catalogue,
  // Only who explains something needs it: no worker and no other command reads the articles.
  knowledge: () => expectGood(readKnowledge(readArticles(files, Bun.main), catalogue)),
  explainAnswer: (text) => services.flatMap((it) => it.explainAnswer?.(text) ?? []),
  openClient: (home, { offline }) =>
    openClient(
      {
        home,
        version,
        model,
        checks,
        clock,
        command,
        identity,
        operations: offlineOperations,
        actAsOwner,
        layDownPrivileges,
      },
      offline,
    ),
  doctor: {
    checks: () => checkList(services),
    consult: (home, options) =>
      consult(
        {
          home,
          version,
          model,
          checks,
          services,
          clock,
          command,
          verifyRelease: () => Promise.resolve([]),
          openClient: () => program.openClient(home, { offline: "allowed" }),
          actAsOwner,
          unitFolders,
        },
        options,
      ),
    undo: (home, id) => undoFix(home, id, actAsOwner),
  },
  init: (home) => initHome({ home, version, model, checks, services, clock }),
  async up(home, { init }, hooks) {
    if (init && !hasMetabase(home)) {
      const made = await initHome({ home, version, model, checks, services, clock });
      if (!made.ok) {
        hooks.failed(made.error);
        return exitCodes.failed;
      }
      hooks.created(made.value);
    }
    const parts = {
      home,
      version,
      model,
      checks,
      services,
      operations,
      clock,
      command,
      environment: process.env,
      identity,
    };
    return exits[await runServer(parts, hooks)];
  },
  async worker(name) {
    if (name.startsWith(HAND)) return runHand(name);
    const own: WorkerProgram = { mismatch: (expected) => mismatch(expected, identity(), files.root) };
    if (name === CLERK) return runClerk(own);
    const service = services.find((it) => it.name === name);
    if (service !== undefined) return runWorker(service, own);
    process.stderr.write(`There is no service ${name}\n`);
    return exitCodes.usage;
  },
};

process.exit(await runInProcess(program, process.argv.slice(2)));
