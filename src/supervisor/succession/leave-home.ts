// A server that was on trial, and gives the home back to the one that stood by.
import { good } from "../../base/result.ts";
import type { Process } from "../server-process.ts";
import type { Leaving } from "../turn.ts";
import { RemoteDecider } from "./decisions.ts";
import { giveHome } from "./hand-over.ts";
import type { Link } from "./link.ts";
import { LAST_ANSWERS_MS } from "./stand-by.ts";

/** Its workers finish when the other one serves, and then it ends. The exit code. */
export async function leaveHome(it: Process, link: Link, leaving: Leaving): Promise<number> {
  const { supervisor, drain, desk, control } = leaving;
  const hurry = Promise.withResolvers<"hurry">();
  it.signals.to(
    () => hurry.resolve("hurry"),
    () => supervisor.abandon(),
  );
  const { decisions, held, parts } = it;
  const [from, to] = [parts.version, desk.trial?.from ?? ""];
  const terms = { from, to, asked: supervisor.asked, trialMs: null, events: decisions.takeWaiting() };
  const given = await giveHome(link, supervisor.handOverSockets(), null, terms);
  held.leave();
  const next = given.ok ? link.next(["taker.home.serves"], START_LIMIT_MS) : undefined;
  const serves = await Promise.race([next, hurry.promise]);
  if (serves === "hurry") {
    await drain();
    return 0;
  }
  if (serves === undefined) {
    supervisor.abandon();
    return 1;
  }
  const remote = new RemoteDecider(link, serves, (gone) => decisions.suspend(gone));
  link.hear((message) => {
    if (message.name === "taker.login.answer") remote.answered(message);
    if (message.name !== "taker.accounts.changed") return;
    remote.accountsChanged(message);
    decisions.renew();
  });
  decisions.begin(remote);
  desk.returned.resolve(good({ version: to, previous: from }));
  await drain();
  await Promise.race([control, Bun.sleep(LAST_ANSWERS_MS)]);
  return 0;
}

/** Until a server serves again, or whoever waits for that gives it up. */
const START_LIMIT_MS = 600_000;
