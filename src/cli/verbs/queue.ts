// `inetsrv queue summary|list|show|find|hold|release|retry|reroute|delete|export`: the mail that waits, and what is to be
// done with it. What concerns many is shown first, and done when it is said to be meant.
import { whole } from "../../schema/kinds/plain.ts";
import type { OrderName } from "../../spool/message.ts";
import { answerOf, ask, type Context, withClient } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { count } from "../look/moment.ts";
import { maybe, once, toggle, type Verb, value, verb } from "../verb.ts";
import { queueLines, storyLines, summaryLines } from "../views/queue-view.ts";
import { queueExport } from "./queue-export.ts";
import { isEmptySelection, preview, type Selection, selectionFlags, selectionParameters } from "./queue-selection.ts";

const limit = value("N", "At most so many; 100 without it.", { kind: whole({ min: 1, max: 1000 }) });
const id = maybe("ID", "The id of a message, or its beginning; those that the flags say without it.");

const summary = verb({
  words: "queue summary",
  group: "Mail",
  summary: "Show how much mail waits for each destination.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv queue summary", doc: "What waits longest stands first." }],
  exits: ["refused"],
  run: (context) =>
    answerOf(context, "allowed", "queue.summary", {}, (answer) =>
      context.out.show(answer, () => summaryLines(answer, context.world.wallMs(), context.out.width)),
    ),
});

const list = verb({
  words: "queue list",
  group: "Mail",
  summary: "Show the mail that waits, the oldest first.",
  doc: "All that is said must hold. A pattern has * for anything.",
  takes: { id },
  flags: { ...selectionFlags, limit },
  examples: [
    { line: "inetsrv queue list --domain example.org --older-than 4h", doc: "What has waited for some time." },
    { line: "inetsrv queue list --error 'relay'", doc: "What was refused with that word." },
    { line: "inetsrv queue list --sender 'erp@*' --status failed", doc: "What could not be delivered." },
  ],
  exits: ["refused"],
  run: (context, given) => listed(context, { ...selectionParameters(given), limit: given.limit }),
});

const find = verb({
  words: "queue find",
  group: "Mail",
  summary: "Find mail that waits by anything that is known of it.",
  doc: "What has left is found with: inetsrv mail find",
  takes: { text: once("TEXT", "An id, an address, a domain, or part of an address or of an answer.") },
  flags: { limit },
  examples: [{ line: "inetsrv queue find anna", doc: "From her or to her." }],
  exits: ["refused"],
  run: (context, { text, limit }) => listed(context, { anything: text, limit }),
});

const listed = (context: Context, parameters: Parameters<typeof answerOf>[3]) =>
  answerOf(context, "allowed", "queue.find", parameters, (answer) =>
    context.out.show(answer, () => queueLines(answer, context.world.wallMs(), context.out.width)),
  );

const show = verb({
  words: "queue show",
  group: "Mail",
  summary: "Show one message with everything that happened to it.",
  takes: { id: once("ID", "The id of the message.") },
  flags: {},
  examples: [{ line: "inetsrv queue show dc4qhmp99yn4rhpk", doc: "Recipients, attempts, and what the others said." }],
  exits: ["refused"],
  run: (context, { id }) =>
    answerOf(context, "allowed", "mail.story", { id }, (answer) =>
      context.out.show(answer, () => storyLines(answer, context.world.wallMs(), context.out.width)),
    ),
});

interface OrderRow {
  readonly what: OrderName;
  /** As in "hold 5 messages" and "Held". */
  readonly doing: string;
  readonly done: string;
  readonly summary: string;
  /** Of these, unless another is said. */
  readonly status?: string;
  readonly example: readonly [line: string, doc: string];
}

const orders: readonly OrderRow[] = [
  {
    what: "hold",
    doing: "hold",
    done: "Held",
    summary: "Keep mail in the queue until it is released.",
    status: "queued",
    example: ["inetsrv queue hold --sender 'newsletter@*'", "Nothing of it leaves."],
  },
  {
    what: "release",
    doing: "release",
    done: "Released",
    summary: "Let mail go on that was held.",
    status: "held",
    example: ["inetsrv queue release --sender 'newsletter@*' --yes", "As its schedule says."],
  },
  {
    what: "retry",
    doing: "retry",
    done: "To be tried now",
    summary: "Try mail at once, whatever its schedule says.",
    status: "queued",
    example: ["inetsrv queue retry --domain example.org", "Their server is back."],
  },
  {
    what: "delete",
    doing: "delete",
    done: "Deleted",
    summary: "Delete mail from the queue; nobody is told.",
    example: ["inetsrv queue delete --recipient '*@old.example' --older-than 1d", "Asks before it does so."],
  },
];

const orderFlags = {
  ...selectionFlags,
  all: toggle("Everything in the queue is meant."),
  yes: toggle("Do it without asking."),
};

const orderVerb = ({ what, summary, example: [line, doc], ...row }: OrderRow): Verb =>
  verb({
    words: `queue ${what}`,
    group: "Mail",
    summary,
    doc: "Without --yes it shows what fits and asks, unless one message is named. What is being delivered at this moment follows when the attempt has ended.",
    takes: { id },
    flags: orderFlags,
    examples: [{ line, doc }],
    exits: ["refused", "interrupted"],
    run: (context, given) => ordered(context, { ...given, status: given.status ?? row.status }, { what, ...row }),
  });

const reroute = verb({
  words: "queue reroute",
  group: "Mail",
  summary: "Send mail another way than it was to go.",
  doc: "Without --yes it shows what fits and asks, unless one message is named.",
  takes: { route: once("ROUTE", "The domain or route it goes to instead, as the summary names it."), id },
  flags: orderFlags,
  examples: [
    { line: "inetsrv queue reroute backup --destination smart-host", doc: "All that waits for the smart host." },
  ],
  exits: ["refused", "interrupted"],
  run: (context, given) =>
    ordered(context, given, { what: "reroute", doing: "reroute", done: "Rerouted" }, given.route),
});

function ordered(
  context: Context,
  given: Selection & { readonly all: boolean; readonly yes: boolean },
  { what, doing, done, status }: Pick<OrderRow, "what" | "doing" | "done" | "status">,
  route?: string,
): Promise<number> {
  const { out, world } = context;
  const isUnsaid = isEmptySelection({ ...given, status: given.status === status ? undefined : given.status });
  if (isUnsaid && !given.all)
    return Promise.resolve(
      out.misused("Nothing says which mail is meant", "Name a message, give a filter, or say --all"),
    );
  const selection = selectionParameters(given);
  return withClient(context, "allowed", async (client) => {
    const end = await preview(context, client, selection, doing, given.yes);
    if (end !== undefined) return end;
    const all = given.all ? "yes" : undefined;
    const answer = await ask(client, "queue.order", { ...selection, what, route, all, who: world.user });
    if (!answer.ok) return out.refused(answer.error);
    const { messages, recipients, busy } = answer.value;
    out.show(answer.value, () => [
      `${done}: ${count(messages, "message")} to ${count(recipients, "recipient")}.`,
      ...(busy === 0
        ? []
        : [`Being tried at this moment: ${count(busy, "recipient")}, for whom it holds when that has ended.`]),
    ]);
    return exitCodes.done;
  });
}

export const queue: readonly Verb[] = [summary, list, find, show, ...orders.map(orderVerb), reroute, queueExport];
