// The giver from the moment when the home is on its way: it sees the other release take it and serve, lets its own workers
// finish, stands by for as long as the trial lasts, and goes back when there is a reason. The order of it all stands here.
import { about, type Fault } from "../../base/fault.ts";
import { type Bad, bad, good, type Result } from "../../base/result.ts";
import { reporter } from "../../event/event.ts";
import { spellDuration } from "../../schema/kinds/measure.ts";
import { supervisorEvents } from "../events.ts";
import { type HoldFailure, holdHomePatiently } from "../home-holder.ts";
import type { HandedSocket } from "../listener-table.ts";
import { type Refusal, refusal } from "../operation.ts";
import type { Process } from "../server-process.ts";
import type { EndSignal } from "../signals.ts";
import type { Beginning, Leaving } from "../turn.ts";
import { RemoteDecider } from "./decisions.ts";
import { bringBack, sameFormats } from "./formats.ts";
import { closeHere, giveHome, keepSockets, takeSockets, thatListen } from "./hand-over.ts";
import { judgeStart, judgeTrial, type Reason } from "./judge-trial.ts";
import type { Asked, Said, ServiceHealth, SuccessionMessage } from "./messages.ts";
import { becomeParent, standAbove } from "./parent.ts";
import type { Succeeded, Succession, SuccessionStep } from "./succession-desk.ts";
import { removeTrial, writeConfirmed } from "./trial-record.ts";

export type StandByEnd =
  /** The server has ended, or goes on elsewhere; the code for this process to end with. */
  | { readonly is: "over"; readonly code: number }
  /** This process has the home again. */
  | { readonly is: "back"; readonly beginning: Beginning }
  /** Nobody can have it. */
  | { readonly is: "failed"; readonly fault: Fault };

/** Without a word for so long the other server hangs. It speaks twice a second once it has opened the home. */
const SILENCE_MS = 15_000;
/** Until then data of another format may have to be written anew. */
const OPENING_SILENCE_MS = 300_000;
const LOOK_MS = 1000;
/** A server that is asked for the home gives it within this time, or is ended. */
const RETURN_LIMIT_MS = 15_000;
/** Its workers finish what they have, where they cannot after that; a longer drainTimeout is cut. */
const FINISH_LIMIT_MS = 120_000;
/** What is on its way to whoever follows may take so long. */
export const LAST_ANSWERS_MS = 2000;

/** What a server has of the home besides its files. */
interface TakenBack extends Pick<Beginning, "asked" | "events"> {
  readonly sockets: readonly HandedSocket[];
}

type Verdict =
  | { readonly is: "confirmed" }
  | { readonly is: "over" }
  | { readonly is: "back"; readonly because: string };

export class StandBy {
  private readonly it: Process;
  private readonly succession: Succession;
  private readonly leaving: Leaving;
  private readonly sockets: readonly HandedSocket[];
  private readonly asked: readonly Asked[];
  private readonly before: readonly ServiceHealth[];
  private readonly verdict = Promise.withResolvers<Verdict>();
  private remote: RemoteDecider | undefined;
  private drained: Promise<void> | undefined;
  private heardMs: number;
  private hasOpened = false;
  private serverEnds = false;
  /** An order to end, which the other server may not live to obey. */
  private signal: EndSignal | undefined;
  private cancel = () => {};
  private cancelLook = () => {};

  constructor(it: Process, succession: Succession, leaving: Leaving) {
    this.it = it;
    this.succession = succession;
    this.leaving = leaving;
    this.sockets = keepSockets(leaving.supervisor.handOverSockets());
    this.asked = leaving.supervisor.asked;
    this.before = leaving.supervisor.health;
    this.heardMs = it.parts.clock.steadyMs();
  }

  async run(): Promise<StandByEnd> {
    const { heir } = this.succession;
    this.it.signals.to(
      (signal) => {
        this.signal = signal;
        heir.kill(signal);
      },
      () => heir.kill("SIGKILL"),
    );
    heir.link.hear((message) => this.heard(message));
    void heir.ended.then(({ because }) =>
      this.decide(this.serverEnds ? { is: "over" } : { is: "back", because: `its server is gone: ${because}` }),
    );
    this.look();
    await this.give();
    const verdict = await this.verdict.promise;
    this.cancel();
    this.cancelLook();
    if (verdict.is === "back") return this.goBack(verdict.because);
    return { is: "over", code: verdict.is === "over" ? await this.end() : await this.confirm() };
  }

  private async give(): Promise<void> {
    const { heir, record, trialMs } = this.succession;
    if (record.from.formats.spool !== record.to.formats.spool) {
      this.tell("given", "It writes the mail queue in another format: connections that have it open finish first");
      await this.leaving.supervisor.leaveSpool("another release");
    }
    this.heardMs = this.it.parts.clock.steadyMs();
    const given = await giveHome(heir.link, this.sockets, this.it.held.fd, {
      from: record.from.version,
      to: record.to.version,
      asked: this.asked,
      trialMs,
      events: this.it.decisions.takeWaiting(),
    });
    if (given.ok) this.tell("given", "The home is given to it");
    else this.decide({ is: "back", because: `the home could not be given to it: ${given.error}` });
  }

  private heard(message: SuccessionMessage): void {
    this.heardMs = this.it.parts.clock.steadyMs();
    switch (message.name) {
      case "taker.step.tell":
        return this.tell("taker", message.step);
      case "taker.home.refuse":
        return this.decide({
          is: "back",
          because: `it could not serve: ${message.fault.attempted}: ${message.fault.because}`,
        });
      case "taker.home.serves":
        return this.serves(message);
      case "taker.services.report":
        this.hasOpened = true;
        if (this.remote !== undefined && !this.serverEnds) this.judge(judgeTrial(this.before, message.services));
        return;
      case "taker.login.answer":
        return this.remote?.answered(message);
      case "taker.accounts.changed":
        this.remote?.accountsChanged(message);
        return this.it.decisions.renew();
      case "taker.trial.end":
        return this.decide({ is: "back", because: `${message.by} asked for it` });
      case "taker.server.end":
        this.serverEnds = true;
        this.cancel();
        return this.it.manager.say({ kind: "stopping" });
      default: // what only a taker hears
    }
  }

  private serves(message: Said<"taker.home.serves">): void {
    if (this.judge(judgeStart(this.before, message.services))) return;
    const { record, trialMs } = this.succession;
    this.decideElsewhere(message);
    this.drained = this.leaving.drain();
    this.tell(
      "serves",
      `Release ${record.to.version} serves; ${record.from.version} stands by for ${spellDuration(trialMs)}`,
    );
    this.cancel = this.it.parts.clock.after(trialMs, () => this.decide({ is: "confirmed" }));
  }

  private decideElsewhere(message: Said<"taker.home.serves">): void {
    const { decisions } = this.it;
    this.remote = new RemoteDecider(this.succession.heir.link, message, (gone) => decisions.suspend(gone));
    decisions.begin(this.remote);
  }

  private judge(reason: Reason | undefined): boolean {
    if (reason === undefined) return false;
    const { kind, name } = reason.subject;
    this.decide({ is: "back", because: `${kind} ${name}: ${reason.because}` });
    return true;
  }

  /** What comes first counts. */
  private decide(verdict: Verdict): void {
    this.verdict.resolve(verdict);
  }

  private look(): void {
    const { clock } = this.it.parts;
    const limitMs = this.hasOpened ? SILENCE_MS : OPENING_SILENCE_MS;
    // Ended, and so taken note of where its end is.
    if (clock.steadyMs() - this.heardMs > limitMs) this.succession.heir.kill("SIGKILL");
    this.cancelLook = clock.after(LOOK_MS, () => this.look());
  }

  private tell(step: SuccessionStep["step"], words: string): void {
    this.succession.tell({ step, words });
  }

  /** The other one stays. This process ends, or stays above it where nobody else could. */
  private async confirm(): Promise<number> {
    const { it } = this;
    const { heir, record } = this.succession;
    const [from, to] = [record.from.version, record.to.version];
    const { home, clock, releases } = it.parts;
    const switched = releases.switchCurrent(to);
    const noted = writeConfirmed(home, { version: to, previous: from, atMs: clock.wallMs() });
    for (const done of [switched, noted, removeTrial(home)]) if (!done.ok) this.notSwitched(to, done.error);
    const isFirst = it.parent === null && !it.manager.listens;
    if (isFirst) becomeParent();
    it.manager.close();
    if (it.manager.listens) await it.manager.passTo(heir.pid);
    heir.link.send({ name: "giver.trial.confirm", parent: isFirst ? process.pid : it.parent });
    it.held.leave();
    closeHere(this.sockets);
    this.tell("confirmed", `Release ${to} is confirmed`);
    await this.settle(good({ version: to, previous: from }));
    await this.drained;
    return isFirst ? standAbove(heir, it.signals) : 0;
  }

  private notSwitched(version: string, { because, remedy }: Fault): void {
    const { decisions, parts } = this.it;
    const report = reporter("server", parts.clock.wallMs, (occurrence) => decisions.write(occurrence));
    report(supervisorEvents.currentNotSwitched, about("release", version), { because, remedy });
  }

  /** The whole server has ended in order. */
  private async end(): Promise<number> {
    const { code } = await this.succession.heir.ended;
    await this.settle(bad(refusal("unavailable", "The server was ended while the release was on trial")));
    this.leaving.supervisor.abandon();
    return code;
  }

  private async goBack(because: string): Promise<StandByEnd> {
    const { it } = this;
    const { heir, record } = this.succession;
    const { home, clock } = it.parts;
    const [from, to] = [record.from.version, record.to.version];
    this.tell("back", `It goes back to ${from}, as ${because}`);
    const took = await this.takeBack(because);
    it.signals.nobody(this.signal);
    if (!sameFormats(record)) {
      // Nobody may have the data open: its workers finish first.
      heir.kill("SIGTERM");
      const cancel = clock.after(FINISH_LIMIT_MS, () => heir.kill("SIGKILL"));
      await heir.ended;
      cancel();
      it.held.leave();
      const back = await bringBack(home, record.to, record.from);
      const held = await holdHomePatiently(home, clock, LAST_ANSWERS_MS);
      if (!back.ok || !held.ok)
        return { is: "failed", fault: back.ok ? (held as Bad<HoldFailure>).error.fault : back.error };
      it.held = held.value;
    }
    it.held.claim();
    return {
      is: "back",
      beginning: {
        sockets: () => took.sockets,
        asked: took.asked,
        events: took.events,
        predecessor: heir.link.open ? { link: heir.link, trial: null } : undefined,
        tell: (report) => report(supervisorEvents.goneBack, about("release", to), { to: from, because }),
        serves: () => {
          removeTrial(home);
          this.drained ??= this.leaving.drain();
          const sentence = `Release ${to} has gone back to ${from}, as ${because}. What was accepted meanwhile is kept.`;
          void this.settle(bad(refusal("unavailable", sentence)));
        },
      },
    };
  }

  /** From the other server when it lives; else what was kept here is what there is. */
  private async takeBack(because: string): Promise<TakenBack> {
    const { heir } = this.succession;
    heir.link.send({ name: "giver.home.return", because });
    const took = await heir.link.next(["giver.home.take"], RETURN_LIMIT_MS, (it) => this.heard(it));
    const sockets = took === undefined ? undefined : takeSockets(heir.link, took);
    if (took === undefined || !sockets?.ok) {
      heir.kill("SIGKILL");
      await heir.ended;
    }
    this.remote?.leave();
    if (took === undefined || !sockets?.ok) return { sockets: thatListen(this.sockets), asked: this.asked, events: [] };
    closeHere(this.sockets);
    return { sockets: sockets.value, asked: took.asked, events: took.events };
  }

  /** The answer is on its way to whoever follows. */
  private async settle(outcome: Result<Succeeded, Refusal>): Promise<void> {
    this.succession.settle(outcome);
    await Promise.race([this.leaving.control, Bun.sleep(LAST_ANSWERS_MS)]);
  }
}
