// How a verb says which mail it means: the same flags for all verbs of the queue, and the preview that comes before many
// are changed at once. Nothing is changed here.
import { spellDuration } from "../../schema/kinds/measure.ts";
import type { Client } from "../../supervisor/operation.ts";
import { filterKinds } from "../../supervisor/operations/queue-answers.ts";
import { confirmed } from "../confirmed.ts";
import { ask, type Context, type Parameters } from "../context.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { count } from "../look/moment.ts";
import { value } from "../verb.ts";
import { queueLines } from "../views/queue-view.ts";

const { sender, recipient, domain, destination, error, site, olderThan, newerThan, status } = filterKinds;

export const selectionFlags = {
  sender: value("ADDRESS", sender.doc, { kind: sender.kind }),
  recipient: value("ADDRESS", recipient.doc, { kind: recipient.kind }),
  domain: value("DOMAIN", domain.doc, { kind: domain.kind }),
  destination: value("NAME", destination.doc, { kind: destination.kind }),
  error: value("TEXT", error.doc, { kind: error.kind }),
  site: value("SITE", site.doc, { kind: site.kind }),
  olderThan: value("TIME", olderThan.doc, { kind: olderThan.kind }),
  newerThan: value("TIME", newerThan.doc, { kind: newerThan.kind }),
  status: value("STATUS", status.doc, { kind: status.kind }),
};

export interface Selection {
  readonly id?: string | undefined;
  readonly sender: string | undefined;
  readonly recipient: string | undefined;
  readonly domain: string | undefined;
  readonly destination: string | undefined;
  readonly error: string | undefined;
  readonly site: string | undefined;
  readonly olderThan: number | undefined;
  readonly newerThan: number | undefined;
  readonly status: string | undefined;
}

const timeOf = (milliseconds: number | undefined) =>
  milliseconds === undefined ? undefined : spellDuration(milliseconds);

export const selectionParameters = (it: Selection): Parameters => ({
  id: it.id,
  sender: it.sender,
  recipient: it.recipient,
  domain: it.domain,
  destination: it.destination,
  error: it.error,
  site: it.site,
  olderThan: timeOf(it.olderThan),
  newerThan: timeOf(it.newerThan),
  status: it.status,
});

export const isEmptySelection = (it: Selection): boolean =>
  Object.values(selectionParameters(it)).every((value) => value === undefined);

const SHOWN = 5;
const NONE = { messages: 0, recipients: 0 };

/** Shows what would be changed, and asks unless it was said already; the exit code of a verb that does not go on. */
export async function preview(
  context: Context,
  client: Client,
  parameters: Parameters,
  doing: string,
  yes: boolean,
): Promise<ExitCode | undefined> {
  const { out, world } = context;
  const page = await ask(client, "queue.find", { ...parameters, limit: SHOWN });
  if (!page.ok) return out.refused(page.error);
  const { messages, recipients } = page.value.count ?? NONE;
  if (recipients === 0) {
    out.show({ messages, recipients }, () => ["No mail in the queue fits."]);
    return exitCodes.done;
  }
  if (yes || (messages === 1 && parameters.id !== undefined)) return undefined;
  for (const line of queueLines(page.value, world.wallMs(), out.width)) out.note(line);
  const wanted = `${doing} ${count(messages, "message")} to ${count(recipients, "recipient")}`;
  return confirmed(context, wanted, {
    question: `${wanted[0]?.toUpperCase()}${wanted.slice(1)}?`,
    declined: "Nothing was changed.",
  });
}
