// Writes failed logins and blocks into the event log, each kind at a bounded rate: a hundred thousand addresses that
// attack are a few lines in a minute and a number.
import type { Clock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import { localTime } from "../../base/local-time.ts";
import type { Report } from "../../event/event.ts";
import type { Ask } from "../ask.ts";
import { accountEvents } from "../events.ts";
import { printPlace } from "../grant.ts";
import { Telling } from "../telling.ts";
import type { Block } from "./failures.ts";

const FAILURES_IN_MINUTE = 60;
const BLOCKS_IN_MINUTE = 20;

export class FailureTeller {
  private readonly report: Report;
  private readonly failures: Telling;
  private readonly blocks: Telling;
  private readonly refusals: Telling;
  private readonly breakdowns: Telling;

  constructor(clock: Clock, report: Report) {
    this.report = report;
    const free = about("setting", "account/failuresFree");
    const after = about("setting", "account/blockAddressAfter");
    const waiting = about("setting", "account/checksWaitingMax");
    this.failures = new Telling(clock, FAILURES_IN_MINUTE, (count) =>
      report(accountEvents.loginsFailed, free, { count }),
    );
    this.blocks = new Telling(clock, BLOCKS_IN_MINUTE, (count) => report(accountEvents.blocksBeyond, after, { count }));
    this.breakdowns = new Telling(clock, 1, () => {});
    this.refusals = new Telling(clock, 0, (count) => report(accountEvents.loginsTurnedAway, waiting, { count }));
  }

  failed(ask: Ask, because: string): void {
    const parameters = { place: placeOf(ask), trace: ask.trace, because };
    this.failures.tell(() => this.report(accountEvents.loginFailed, about("address", named(ask.address)), parameters));
  }

  blocked({ of, name, untilMs, failures }: Block, ask: Ask): void {
    const parameters = { until: localTime(untilMs), failures, place: placeOf(ask) };
    this.blocks.tell(() => {
      if (of === "address") this.report(accountEvents.addressBlocked, about("address", named(name)), parameters);
      else this.report(accountEvents.accountBlocked, about("account", name), { ...parameters, address: ask.address });
    });
  }

  /** Once in a minute: whatever it is, it is the same for all. */
  unable(because: string): void {
    const memory = about("setting", "account/argon2Memory");
    this.breakdowns.tell(() => this.report(accountEvents.passwordsUnchecked, memory, { because }));
  }

  turnedAway(): void {
    this.refusals.tell(() => {});
  }
}

const placeOf = ({ service, site }: Ask): string => printPlace({ is: "site", service, site });

/** A worker says it, so it may be anything; an event must be about something. */
const named = (address: string): string => (address.trim() === "" ? "an unknown address" : address);
