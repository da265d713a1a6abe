// The line to whoever had the home before, while this server has it: it answers for the workers that finish there, says how
// it is, and hears whether it may stay.
import { about } from "../../base/fault.ts";
import type { Occurrence, Report } from "../../event/event.ts";
import { supervisorEvents } from "../events.ts";
import type { LoginDesk } from "../login-desk.ts";
import type { Process } from "../server-process.ts";
import { serves } from "../states.ts";
import type { Supervisor } from "../supervisor.ts";
import { answerFor } from "./decisions.ts";
import type { Link } from "./link.ts";
import type { ServiceHealth, SuccessionMessage } from "./messages.ts";
import { mindParent } from "./parent.ts";
import type { GiveOrder, SuccessionDesk } from "./succession-desk.ts";

/** Whoever had the home before in another process. */
export interface Predecessor {
  readonly link: Link;
  /** It stands by; null when it only finishes. */
  readonly trial: { readonly from: string; readonly to: string; readonly ms: number } | null;
}

export interface SucceedingWorld {
  readonly it: Process;
  readonly desk: SuccessionDesk;
  readonly supervisor: Supervisor;
  readonly logins: LoginDesk;
  readonly report: Report;
  write(occurrence: Occurrence): void;
  down(by: string): void;
  give(order: GiveOrder): void;
}

/** Whoever stands by is to know soon, and to hear that this server is not stuck. */
const REPORT_MS = 500;

export class Succeeding {
  private readonly link: Link;
  private readonly world: SucceedingWorld;
  private readonly trial: Predecessor["trial"];
  private over = false;
  private cancelReport = () => {};
  private readonly cancelNews: () => void;

  constructor({ link, trial }: Predecessor, world: SucceedingWorld) {
    this.link = link;
    this.world = world;
    this.trial = trial;
    const { desk, it } = world;
    if (trial !== null) {
      desk.trial = { from: trial.from, to: trial.to, untilMs: it.parts.clock.wallMs() + trial.ms };
      desk.giver = link;
      link.send({ name: "taker.step.tell", step: "It has opened the home, and starts its services" });
    }
    link.hear((message) => this.heard(message));
    void link.closed.then(() => {
      if (desk.giver !== undefined && !this.over) world.down("the server that stood by is gone");
    });
    this.cancelNews = it.decisions.onRenewal(() => this.tellAccounts());
    this.tellHealth();
  }

  serves(): void {
    const { trial } = this;
    const { desk, supervisor, report, it } = this.world;
    if (desk.trial !== undefined && trial !== null) {
      desk.trial = { ...desk.trial, untilMs: it.parts.clock.wallMs() + trial.ms };
      report(supervisorEvents.handedOver, about("release", trial.to), { from: trial.from });
    }
    this.link.send({ name: "taker.home.serves", services: supervisor.health, ...this.accounts });
  }

  /** The whole server ends; until it has, it goes on telling that it lives. */
  ends(by: string): void {
    this.over = true;
    if (this.world.desk.giver !== undefined) this.link.send({ name: "taker.server.end", by });
  }

  /** The home goes on to another one. */
  close(): void {
    this.over = true;
    this.cancelReport();
    this.cancelNews();
  }

  private get accounts(): { readonly generation: number; readonly offersScram: boolean } {
    const { generation, offersScram } = this.world.logins.accounts;
    return { generation, offersScram };
  }

  private tellAccounts(): void {
    this.link.send({ name: "taker.accounts.changed", ...this.accounts });
  }

  private tellHealth(): void {
    if (!this.link.open) return;
    const { supervisor, it } = this.world;
    this.link.send({ name: "taker.services.report", services: supervisor.health.map(inShort) });
    this.cancelReport = it.parts.clock.after(REPORT_MS, () => this.tellHealth());
  }

  private heard(message: SuccessionMessage): void {
    const { logins, write, give } = this.world;
    switch (message.name) {
      case "giver.login.ask":
        return void answerFor(this.link, logins, message);
      case "giver.event.write":
        return write(message.occurrence);
      case "giver.home.return":
        return give({ is: "return", link: this.link });
      case "giver.trial.confirm":
        return this.confirmed(message.parent);
      default: // not for a server that has the home
    }
  }

  private confirmed(parent: number | null): void {
    const { desk, report, it, down } = this.world;
    if (this.trial === null || desk.giver === undefined) return;
    desk.trial = undefined;
    desk.giver = undefined;
    it.parent = parent;
    report(supervisorEvents.successionConfirmed, about("release", this.trial.to), { from: this.trial.from });
    it.manager.begin();
    const gone = () => down("the process above it is gone");
    if (parent !== null) void mindParent(parent, this.link.closed, it.parts.clock, gone);
  }
}

/** With ten thousand sites only those that do not serve are told of again and again. */
const inShort = (it: ServiceHealth): ServiceHealth => ({
  ...it,
  sites: it.sites.filter(({ state }) => !serves(state)),
});
