// Asks a server whether it would take a message, without giving it one: sender and recipients are named one after the other,
// and all of it is taken back. Pure.
import { outcomeOf } from "../reply.ts";
import { envelopeCommands } from "./deliver.ts";
import { cannotBeTold, fit, type Job } from "./job.ts";
import type { Peer } from "./open.ts";
import { ask, endsSession, type Heard, type Talk } from "./talk.ts";

/** The first answer that is no yes, or the last one. */
export function* probe(job: Job, peer: Peer): Talk<Heard> {
  const fitted = fit(job, peer.capabilities);
  if ("from" in fitted) return fitted;
  if (fitted.mailboxes.includes(undefined)) return cannotBeTold;
  const everyone = [...job.recipients.keys()];
  let last = cannotBeTold;
  for (const { line, phase } of envelopeCommands(job, fitted, peer, everyone)) {
    last = yield* ask(line, phase);
    if (outcomeOf(last.reply) !== "done") break;
  }
  if (!endsSession(last)) yield* ask("RSET", "reset");
  return last;
}
