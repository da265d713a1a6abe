// What came of a test message: whether it was taken, and where it ended if not, with what mends that. Pure.
import { heardText } from "../../proto/smtp/client/talk.ts";
import type { TrialEnd, TrialStage } from "../../proto/smtp/trial.ts";
import type { NoWay } from "../deliver/open-way.ts";
import type { Way } from "../deliver/policy.ts";
import type { Fate } from "../deliver/settle.ts";
import type { MailSite } from "../mail-site.ts";
import { queueIdIn } from "./queue-id.ts";
import { remedyFor } from "./remedy.ts";
import type { TrialWitness } from "./trial-witness.ts";
import { waySettings } from "./way-settings.ts";

export type Ended =
  | { readonly is: "no way"; readonly why: NoWay }
  | { readonly is: "sent" | "asked"; readonly way: Way; readonly remote: string; readonly fate: Fate };

type Seen = Pick<TrialWitness, "lookup" | "doubt" | "refusals">;

export function endOf(ended: Ended, seen: Seen, site: MailSite): TrialEnd {
  if (ended.is === "no way") return notTaken(ended.why, seen, site);
  const { way, remote, fate } = ended;
  if (fate.is === "trouble") return notTaken({ way, remote, fate }, seen, site);
  const { words } = fate;
  const [outcome, queueId] =
    ended.is === "asked" ? (["would-be-taken", null] as const) : (["taken", queueIdIn(words) ?? null] as const);
  return { outcome, stage: null, remote, words, queueId, remedy: null };
}

/** Where no stage is given it is in what was refused. */
function notTaken(
  { way, remote, fate, stage: given }: Omit<NoWay, "stage"> & Partial<Pick<NoWay, "stage">>,
  { lookup, doubt, refusals }: Seen,
  { path, policy, faults }: MailSite,
): TrialEnd {
  const { words } = fate;
  const refusal = refusals.find(({ heard }) => heardText(heard) === words);
  const isServers = refusal?.heard.from === "server";
  const stage = given ?? stageOf(refusal?.to ?? "");
  // That of the way is for the queue, in which mail may wait for what was refused.
  const reply = refusal?.heard.reply ?? fate.reply;
  const settings = waySettings(policy, way, path);
  const sealed = faults.find((it) => isOf(it.subject.name, settings.password));
  const remedy = remedyFor({ stage, reply, isServers, lookup, doubt, way, settings, path, sealed });
  return { outcome: isServers ? "refused" : "unreached", stage, remote, words, queueId: null, remedy };
}

/** That of the smart host may be stated for all sites, and others stand where their way does. */
const isOf = (secret: string, password: string | undefined): boolean =>
  secret === password || [secret, password].every((it) => it?.endsWith("/smartHostPassword") === true);

/** What a command is about that goes with a message. */
function stageOf(command: string): TrialStage {
  if (command.startsWith("MAIL ")) return "sender";
  return command.startsWith("RCPT ") ? "recipient" : "text";
}
