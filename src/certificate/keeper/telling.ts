// What the keeper says in the event log: a version taken, one that was not, an end that comes near, two entries for one
// name. Each once, or once a day while it lasts.
import { about } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import { certificateEvents } from "../events.ts";
import { DAY_MS, dayOf } from "../judge.ts";
import { remedyFor, type Version } from "./certificate-entry.ts";
import type { EntryState } from "./entry-state.ts";
import { milestoneAt } from "./milestones.ts";
import type { NameFight } from "./name-fights.ts";
import type { ToldMemory } from "./told-memory.ts";

export class Telling {
  private readonly report: Report;
  private readonly memory: ToldMemory;

  constructor(report: Report, memory: ToldMemory) {
    this.report = report;
    this.memory = memory;
  }

  taken(name: string, before: Version | undefined, { facts, names }: Version): void {
    const subject = about("certificate", name);
    const told = { names: names.length === 0 ? "no host name" : listed(names), until: dayOf(facts.notAfterMs) };
    if (before === undefined) this.report(certificateEvents.serves, subject, told);
    else {
      const was = dayOf(before.facts.notAfterMs);
      this.report(certificateEvents.renewed, subject, { ...told, before: was });
    }
  }

  removed(name: string): void {
    this.report(certificateEvents.removed, about("certificate", name));
  }

  trouble({ entry: { name }, serving, trouble }: EntryState): void {
    if (trouble === undefined) return;
    const { because, remedy } = trouble;
    if (!this.memory.isDue(`trouble ${name} ${serving?.facts.fingerprint} ${because}`, DAY_MS)) return;
    const subject = about("certificate", name);
    if (serving === undefined) this.report(certificateEvents.unusable, subject, { because, remedy });
    else {
      const until = dayOf(serving.facts.notAfterMs);
      this.report(certificateEvents.renewalRefused, subject, { until, because, remedy });
    }
  }

  notMadeAnew(name: string, { facts }: Version, because: string): void {
    if (!this.memory.isDue(`anew ${name} ${because}`, DAY_MS)) return;
    const until = dayOf(facts.notAfterMs);
    this.report(certificateEvents.notMadeAnew, about("certificate", name), { until, because });
  }

  /** How near the end of what serves is. */
  end({ entry, serving }: EntryState, nowMs: number): void {
    const milestone = serving === undefined ? undefined : milestoneAt(serving.facts, nowMs);
    if (serving === undefined || milestone === undefined) return;
    const { fingerprint, notAfterMs } = serving.facts;
    if (!this.memory.isDue(`end ${fingerprint} ${milestone.days}`)) return;
    const subject = about("certificate", entry.name);
    const days = Math.floor((notAfterMs - nowMs) / DAY_MS);
    const told = { until: dayOf(notAfterMs), remedy: remedyFor(entry), days };
    switch (milestone.days) {
      case 30:
        return this.report(certificateEvents.endsInAMonth, subject, told);
      case 14:
        return this.report(certificateEvents.endsInTwoWeeks, subject, told);
      case 3:
        return this.report(certificateEvents.endsInDays, subject, told);
      case 0:
        return this.report(certificateEvents.expired, subject, told);
      default:
        milestone.days satisfies never;
    }
  }

  fight({ hosts, names: [first, ...others], shown }: NameFight): void {
    if (!this.memory.isDue(`fight ${first} ${others.join(" ")} ${hosts.join(" ")}`)) return;
    const told = { others: listed(others), hosts: listed(hosts), shown };
    this.report(certificateEvents.namesFight, about("certificate", first), told);
  }
}

const LISTED_MAX = 5;

function listed(names: readonly string[]): string {
  const more = names.length - LISTED_MAX;
  return `${names.slice(0, LISTED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
