// The program: finds out where it runs, and hands the command line what belongs to it. The one file that knows every
// room; nothing is decided here.
import { join } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { systemClock } from "./base/clock.ts";
import { rooms } from "./base/home.ts";
import { bad, expectGood } from "./base/result.ts";
import { exitCodes } from "./cli/exit-code.ts";
import { runInProcess } from "./cli/process-world.ts";
import type { Program } from "./cli/program.ts";
import { readKnowledge } from "./event/knowledge.ts";
import { house } from "./house.ts";
import { layDownPrivileges } from "./net/system/lay-down-privileges.ts";
import { findMixture } from "./release/check/mixture.ts";
import { formats } from "./release/formats.ts";
import { mismatch, readIdentity } from "./release/identity.ts";
import { findProgram, ownCommand, readArticles } from "./release/program-files.ts";
import { tellMixture } from "./release/tell-mixture.ts";
import { actAsOwner } from "./supervisor/act-as-owner.ts";
import { hasMetabase } from "./supervisor/home-folders.ts";
import { initHome } from "./supervisor/init.ts";
import { CLERK } from "./supervisor/mail/clerk.ts";
import { runClerk } from "./supervisor/mail/run-clerk.ts";
import { openClient } from "./supervisor/open-client.ts";
import { runServer, type ServerEnd } from "./supervisor/up.ts";
import type { WorkerProgram } from "./worker/join-server.ts";
import { runWorker } from "./worker/worker.ts";

const { model, checks, services, catalogue, operations, offlineOperations } = house;
const files = findProgram(packageJson.version, Bun.main);
const { version } = files;
const clock = systemClock;

const exits: Readonly<Record<ServerEnd, number>> = {
  ended: exitCodes.done,
  failed: exitCodes.failed,
  held: exitCodes.conflict,
};

const command = ownCommand(files, Bun.main);
const identity = () => readIdentity(files);
/** What keeps a program of an installed release from running, as it is not all of that release. */
const mixtureAt = (home: string) =>
  files.release === undefined ? undefined : findMixture(files.release, join(home, rooms.cache));
/** A server may always be told to end. */
const changes = (operation: string) =>
  operation !== "server.down" && operations.find((it) => it.name === operation)?.reads !== true;

const program: Program = {
  version,
  files,
  formats,
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
        refuse: (operation) => (changes(operation) ? mixtureAt(home.root) : undefined),
      },
      offline,
    ),
  async init(home) {
    const mixed = mixtureAt(home.root);
    return mixed === undefined ? initHome({ home, version, model, checks, services, clock }) : bad(mixed);
  },
  async up(home, { init }, hooks) {
    const mixed = mixtureAt(home.root);
    if (mixed !== undefined) {
      tellMixture(home, clock, mixed);
      hooks.failed(mixed);
      return exitCodes.failed;
    }
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
    const own: WorkerProgram = {
      mismatch: (expected, home) => mixtureAt(home) ?? mismatch(expected, identity(), files.root),
    };
    if (name === CLERK) return runClerk(own);
    const service = services.find((it) => it.name === name);
    if (service !== undefined) return runWorker(service, own);
    process.stderr.write(`There is no service ${name}\n`);
    return exitCodes.usage;
  },
};

process.exit(await runInProcess(program, process.argv.slice(2)));
