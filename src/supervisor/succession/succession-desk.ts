// Where an operator's wish for another release is looked into: everything that can be known is known before the home is
// given. From then on the stand-by decides (stand-by.ts).
import type { Clock } from "../../base/clock.ts";
import { about, type Fault, fault } from "../../base/fault.ts";
import type { Home } from "../../base/home.ts";
import type { Json } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Report } from "../../event/event.ts";
import type { Releases } from "../../ipc/installed-release.ts";
import { spellDuration } from "../../schema/kinds/measure.ts";
import { dataFormats } from "../../service/data-formats.ts";
import type { ServerStatus } from "../answers.ts";
import type { ControlServer } from "../control-server.ts";
import { supervisorEvents } from "../events.ts";
import { type Follower, type Refusal, refusal, refusalOf } from "../operation.ts";
import { lackOfFormat, writtenBy } from "./formats.ts";
import { Heir } from "./heir.ts";
import type { Link } from "./link.ts";
import { readConfirmed, type TrialRecord, writeTrial } from "./trial-record.ts";

/** What is told to whoever follows a succession. */
export interface SuccessionStep {
  readonly step: "found" | "started" | "prepared" | "given" | "taker" | "serves" | "confirmed" | "back";
  readonly words: string;
}

export interface Succeeded {
  /** The release that serves now. */
  readonly version: string;
  readonly previous: string;
}

export interface Succession {
  readonly heir: Heir;
  readonly record: TrialRecord;
  readonly trialMs: number;
  tell(step: SuccessionStep): void;
  settle(outcome: Result<Succeeded, Refusal>): void;
}

export type GiveOrder =
  | { readonly is: "succession"; readonly succession: Succession }
  /** Back to whoever stands by. */
  | { readonly is: "return"; readonly link: Link };

export interface DeskWorld {
  readonly home: Home;
  readonly version: string;
  readonly clock: Clock;
  readonly report: Report;
  readonly command: readonly string[];
  readonly releases: Releases;
  control(): ControlServer;
  trialMs(): number;
  give(order: GiveOrder): void;
}

/** What the other release loads and proves itself in. */
const PREPARE_LIMIT_MS = 60_000;
const OTHERS_LIMIT_MS = 5000;

export class SuccessionDesk {
  /** This server is on trial itself. */
  trial: NonNullable<ServerStatus["trial"]> | undefined;
  /** The way to whoever stands by meanwhile. */
  giver: Link | undefined;
  readonly returned = Promise.withResolvers<Result<Succeeded, Refusal>>();
  private readonly world: DeskWorld;
  private isBusy = false;
  private isEnding = false;

  constructor(world: DeskWorld) {
    this.world = world;
  }

  /** The server ends: nothing is given any more. */
  end(): void {
    this.isEnding = true;
  }

  async activate(
    version: string,
    by: string,
    trialMs: number | undefined,
    follower: Follower,
    operation: string,
  ): Promise<Result<Succeeded, Refusal>> {
    if (this.isBusy) return bad(refusal("conflict", "Another release is taking over already: see inetsrv status"));
    if (this.trial !== undefined) {
      const { to } = this.trial;
      return bad(
        refusal(
          "conflict",
          `Release ${to} is on trial: wait until it is confirmed, or end its trial: inetsrv release rollback`,
        ),
      );
    }
    this.isBusy = true;
    const begun = await this.begin(version, by, trialMs ?? this.world.trialMs(), follower, operation);
    if (begun.ok) return begun.value;
    this.isBusy = false;
    const { subject, because, remedy } = begun.error;
    if (subject.kind === "release") {
      const told = { because, from: this.world.version, remedy };
      this.world.report(supervisorEvents.successionRefused, about("release", version), told);
    }
    return bad(refusalOf(begun.error));
  }

  /** While this server is on trial back to the one before, and else to the release before the last that was confirmed. */
  async rollback(
    by: string,
    trialMs: number | undefined,
    follower: Follower,
    operation: string,
  ): Promise<Result<Succeeded, Refusal>> {
    if (this.giver !== undefined) {
      this.giver.send({ name: "taker.trial.end", by });
      return this.returned.promise;
    }
    const { home, version } = this.world;
    const confirmed = readConfirmed(home);
    if (confirmed?.version !== version)
      return bad(
        refusal(
          "refused",
          `Nothing says which release was here before ${version}. Name it: inetsrv release activate VERSION`,
        ),
      );
    return this.activate(confirmed.previous, by, trialMs, follower, operation);
  }

  /** A promise of the outcome, once the home is on its way. */
  private async begin(
    version: string,
    by: string,
    trialMs: number,
    { tell }: Follower,
    operation: string,
  ): Promise<Result<Promise<Result<Succeeded, Refusal>>, Fault>> {
    const { home, version: from, clock, report, command, releases } = this.world;
    const refuse = (because: string, remedy: string) =>
      bad(fault(about("release", version), `Cannot activate release ${version}`, because, remedy));
    const say = (step: SuccessionStep["step"], words: string): void => tell({ step, words });

    if (version === from) return refuse("it serves already", "See: inetsrv status");
    const found = releases.find(version);
    if (!found.ok) return found;
    const own = { version: from, command, formats: writtenBy(dataFormats) };
    const lack = lackOfFormat(own, found.value);
    if (lack !== undefined) return bad(lack);
    say("found", `Release ${version} is whole, and reads the data of ${from}`);

    const heir = Heir.start(found.value.command, home);
    if (!heir.ok) return refuse(heir.error, "See that its files are there: inetsrv release verify");
    say("started", `It runs beside ${from} as process ${heir.value.pid}`);
    const prepared = await prepare(heir.value, from, version);
    if (!prepared.ok) return prepared;
    say("prepared", "It has proved that it is what it should be");

    const control = this.world.control();
    const why = `The server is being handed over to release ${version}: ask again in a moment`;
    const other = await control.pause(why, operation, OTHERS_LIMIT_MS);
    const to = { version, command: found.value.command, formats: writtenBy(found.value.formats) };
    const record: TrialRecord = { from: own, to, sinceMs: clock.wallMs() };
    const busy = this.isEnding ? "the server is ending" : other && `${other} is under way`;
    const recorded = busy === undefined ? writeTrial(home, record) : refuse(busy, "Wait for its end, and try again");
    if (!recorded.ok) {
      control.resume();
      heir.value.kill("SIGKILL");
      return recorded;
    }
    report(supervisorEvents.successionBegun, about("release", version), { by, from, trial: spellDuration(trialMs) });
    const outcome = Promise.withResolvers<Result<Succeeded, Refusal>>();
    const succession = {
      heir: heir.value,
      record,
      trialMs,
      tell: (it: SuccessionStep) => tell({ ...it }),
      settle: outcome.resolve,
    };
    this.world.give({ is: "succession", succession });
    return good(outcome.promise);
  }
}

async function prepare(heir: Heir, from: string, to: string): Promise<Result<void, Fault>> {
  heir.link.send({ name: "giver.succession.begin", from, to });
  const answer = await heir.link.next(["taker.release.prepared", "taker.release.refuse"], PREPARE_LIMIT_MS);
  if (answer?.name === "taker.release.prepared") return good(undefined);
  heir.kill("SIGKILL");
  if (answer?.name === "taker.release.refuse") return bad(answer.fault);
  const { because } = await heir.ended;
  const remedy = `Look at what it says of itself: inetsrv release verify ${to}`;
  return bad(fault(about("release", to), `Cannot activate release ${to}`, `it did not get ready: ${because}`, remedy));
}

export const succeeded = (outcome: Result<Succeeded, Refusal>): Result<Json, Refusal> =>
  outcome.ok ? good({ ...outcome.value }) : outcome;
