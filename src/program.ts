// The program made of its rooms: it finds out where it runs, and hands the command line what belongs to it. Nothing is
// decided here.
import { join } from "node:path";
import { systemClock } from "./base/clock.ts";
import type { Fault } from "./base/fault.ts";
import { type Home, rooms } from "./base/home.ts";
import { bad, expectGood } from "./base/result.ts";
import { version as sourceVersion } from "./base/version.ts";
import { exitCodes } from "./cli/exit-code.ts";
import type { Program } from "./cli/program.ts";
import { checkList, consult } from "./doctor/doctor.ts";
import { undoFix } from "./doctor/mend/undo-fix.ts";
import { unitFolders } from "./doctor/units.ts";
import { readKnowledge } from "./event/knowledge.ts";
import { house } from "./house.ts";
import type { Releases } from "./ipc/installed-release.ts";
import { layDownPrivileges } from "./net/system/lay-down-privileges.ts";
import { findUnsound } from "./release/check/unsound.ts";
import { type ProgramFiles, readIdentity } from "./release/identity.ts";
import { findProgram, ownCommand, readArticles } from "./release/program-files.ts";
import { releasesOf } from "./release/releases-of.ts";
import { tellUnsound } from "./release/tell-unsound.ts";
import { actAsOwner } from "./supervisor/act-as-owner.ts";
import { showFormats, writeFormats } from "./supervisor/formats/home-formats.ts";
import { hasMetabase } from "./supervisor/home-folders.ts";
import { initHome } from "./supervisor/init.ts";
import { openClient } from "./supervisor/open-client.ts";
import type { ServerEnd, ServerParts } from "./supervisor/server-parts.ts";
import { runServer, succeedServer } from "./supervisor/up.ts";

const { model, checks, services, catalogue, operations, offlineOperations } = house;
const clock = systemClock;

const exits: Readonly<Record<Extract<ServerEnd, string>, number>> = {
  ended: exitCodes.done,
  failed: exitCodes.failed,
  held: exitCodes.conflict,
};
const codeOf = (end: ServerEnd): number => (typeof end === "string" ? exits[end] : end.code);

/** `main` is the file that was started; `releasesAt` finds those that can take over from this one. */
export function makeProgram(
  main: string,
  releasesAt: (home: Home, files: ProgramFiles) => Releases = releasesOf,
): Program {
  const files = findProgram(sourceVersion, main);
  const { version } = files;
  const command = ownCommand(files, main);
  const identity = () => readIdentity(files);
  const partsOf = (home: Home): ServerParts => {
    const releases = releasesAt(home, files);
    const environment = process.env;
    return { home, version, model, checks, services, operations, clock, command, environment, identity, releases };
  };
  const unsoundAt = (home: string) => findUnsound(files, join(home, rooms.cache));
  /** Every file is read. */
  const verifyProgram = async () => {
    const found = findUnsound(files, undefined);
    return found === undefined ? [] : [found];
  };
  const unlessUnsound = async (home: Home, failed: (fault: Fault) => void, run: () => Promise<number>) => {
    const unsound = unsoundAt(home.root);
    if (unsound === undefined) return run();
    actAsOwner(home);
    tellUnsound(home, clock, unsound);
    failed(unsound.fault);
    return exitCodes.failed;
  };
  const open: Program["openClient"] = (home, { offline }) => {
    const refuse = (operation: string) => (changes(operation) ? unsoundAt(home.root)?.fault : undefined);
    const acting = { actAsOwner, layDownPrivileges, refuse };
    return openClient({ ...partsOf(home), operations: offlineOperations, ...acting }, offline);
  };
  return {
    version,
    files,
    model,
    operations,
    catalogue,
    // Only who explains something needs it: no worker and no other command reads the articles.
    knowledge: () => expectGood(readKnowledge(readArticles(files, main), catalogue)),
    explainAnswer: (text) => services.flatMap((it) => it.explainAnswer?.(text) ?? []),
    openClient: open,
    doctor: {
      checks: () => checkList(services),
      consult(home, options) {
        const openHere = () => open(home, { offline: "allowed" });
        const patient = { ...partsOf(home), verifyProgram, openClient: openHere, actAsOwner, unitFolders };
        return consult(patient, options);
      },
      undo: (home, id) => undoFix(home, id, actAsOwner),
    },
    async init(home) {
      const unsound = unsoundAt(home.root);
      return unsound === undefined ? initHome({ home, version, model, checks, services, clock }) : bad(unsound.fault);
    },
    formats: {
      show: (home) => showFormats({ home, version, clock }),
      write(home, wish) {
        const unsound = unsoundAt(home.root);
        if (unsound !== undefined) return bad({ is: "failed", fault: unsound.fault });
        return writeFormats({ home, version, clock, actAsOwner, layDownPrivileges }, wish);
      },
    },
    up: (home, { init }, hooks) =>
      unlessUnsound(home, hooks.failed, async () => {
        if (init && !hasMetabase(home)) {
          const made = await initHome({ home, version, model, checks, services, clock });
          if (!made.ok) {
            hooks.failed(made.error);
            return exitCodes.failed;
          }
          hooks.created(made.value);
        }
        return codeOf(await runServer(partsOf(home), hooks));
      }),
    succeed: (home, hooks) =>
      unlessUnsound(home, hooks.failed, async () =>
        codeOf(await succeedServer(partsOf(home), { started() {}, ...hooks })),
      ),
  };
}

/** A server may always be told to end. */
const changes = (operation: string): boolean =>
  operation !== "server.down" && operations.find((it) => it.name === operation)?.reads !== true;
