// The mail queue as tables that fit the terminal, and the story of one message as a timeline. Lines only; what strangers
// sent is shown as text.
import { localTime } from "../../base/local-time.ts";
import type { Happening, Status } from "../../spool/message.ts";
import type {
  Found,
  MailFound,
  MessageHead,
  QueuePage,
  Story,
  SummaryRow,
} from "../../supervisor/operations/queue-answers.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { count, shortDuration, shortSize } from "../look/moment.ts";
import { tableLines } from "../look/table.ts";

const tones: Readonly<Record<Status, (text: string) => Span>> = {
  queued: (text) => text,
  claimed: (text) => toned("strong", text),
  held: (text) => toned("warn", text),
  delivered: (text) => toned("good", text),
  failed: (text) => toned("bad", text),
  expanded: (text) => text,
  deleted: (text) => toned("dim", text),
};
/** As people say it. */
const names: Readonly<Partial<Record<Status, string>>> = { claimed: "being tried" };

const statusSpan = (status: Status): Span => tones[status](names[status] ?? status);
const personOf = (address: string): string => (address === "" ? "<>" : address);

/** "in 2h 10m", "now"; nothing where nothing is to come. */
function nextText(it: Pick<Found, "status" | "dueMs">, nowMs: number): string {
  if (it.status !== "queued") return "";
  return it.dueMs <= nowMs ? "now" : `in ${shortDuration(it.dueMs - nowMs)}`;
}

export function queueLines(
  { found, count: all }: QueuePage,
  nowMs: number,
  width: number | undefined,
): readonly Line[] {
  if (all === null || all.recipients === 0) return ["No mail fits."];
  const columns = [
    { title: "Message" },
    { title: "Age", align: "right" as const },
    { title: "Size", align: "right" as const, leaves: 2 },
    { title: "Sender", yields: 2 },
    { title: "Recipient", yields: 1 },
    { title: "State" },
    { title: "Tried", align: "right" as const, leaves: 3 },
    { title: "Next", leaves: 1 },
    { title: "Last answer", yields: 3, leaves: 4 },
  ];
  const rows = found.map((it): readonly Span[] => [
    it.message.id,
    shortDuration(nowMs - it.message.receivedMs),
    shortSize(it.message.sizeBytes),
    personOf(it.message.envelope.sender),
    it.address,
    statusSpan(it.status),
    String(it.attempts),
    nextText(it, nowMs),
    it.reply,
  ]);
  const total = `${count(all.messages, "message")} to ${count(all.recipients, "recipient")}`;
  const shown = found.length < all.recipients ? `The first ${found.length} recipients of ${total}.` : `${total}.`;
  return [...tableLines(columns, rows, width), "", shown];
}

/** One line for each destination, with what waits longest first. */
export function summaryLines(rows: readonly SummaryRow[], nowMs: number, width: number | undefined): readonly Line[] {
  if (rows.length === 0) return ["The mail queue is empty."];
  const byDestination = [...Map.groupBy(rows, (it) => it.destination)];
  const number = (some: readonly SummaryRow[], status: Status): number =>
    some.reduce((sum, it) => (it.status === status ? sum + it.recipients : sum), 0);
  const columns = [
    { title: "Destination", yields: 1 },
    { title: "Waiting", align: "right" as const },
    { title: "Being tried", align: "right" as const },
    { title: "Held", align: "right" as const },
    { title: "Next" },
  ];
  const all = byDestination.map(([destination, some]) => {
    const queued = some.find((it) => it.status === "queued");
    const next = queued === undefined ? "" : nextText({ status: "queued", dueMs: queued.nextMs }, nowMs);
    const numbers = [number(some, "queued"), number(some, "claimed"), number(some, "held")];
    return { destination, numbers, next };
  });
  const table = all
    .toSorted((left, right) => (right.numbers[0] ?? 0) - (left.numbers[0] ?? 0))
    .map(({ destination, numbers, next }): readonly Span[] => [
      destination,
      ...numbers.map((it, index) => (index === 2 && it > 0 ? toned("warn", String(it)) : String(it))),
      next,
    ]);
  const total = rows.reduce((sum, it) => sum + it.recipients, 0);
  return [
    ...tableLines(columns, table, width),
    "",
    `${count(total, "recipient")}, ${count(all.length, "destination")}.`,
  ];
}

export function mailLines({ messages, more }: MailFound, width: number | undefined): readonly Line[] {
  const columns = [
    { title: "Message" },
    { title: "Received" },
    { title: "Size", align: "right" as const, leaves: 1 },
    { title: "Sender", yields: 1 },
    { title: "Recipients", yields: 2 },
    { title: "Left", leaves: 2 },
  ];
  const rows = messages.map((it): readonly Span[] => [
    it.id,
    localTime(it.receivedMs),
    shortSize(it.sizeBytes),
    personOf(it.envelope.sender),
    it.some.join(", ") + (it.recipients > it.some.length ? ` and ${it.recipients - it.some.length} more` : ""),
    it.leftMs === null ? toned("warn", "in the queue") : localTime(it.leftMs),
  ]);
  return [
    ...tableLines(columns, rows, width),
    "",
    more ? "There are more: say more of it." : "The story of one: inetsrv mail find ID",
  ];
}

export function storyLines(story: Story, nowMs: number, width: number | undefined): readonly Line[] {
  const { message, recipients, more } = story;
  const facts = factsOf(message);
  const people = recipients.map((it): readonly Span[] => [
    it.address,
    it.destination,
    it.uncertain ? toned("warn", `${names[it.status] ?? it.status}, may have arrived`) : statusSpan(it.status),
    String(it.attempts),
    nextText(it, nowMs),
    it.reply,
  ]);
  const columns = [
    { title: "Recipient", yields: 1 },
    { title: "Destination", yields: 3, leaves: 1 },
    { title: "State" },
    { title: "Tried", align: "right" as const },
    { title: "Next" },
    { title: "Last answer", yields: 2 },
  ];
  const timeline = [
    { title: "Time" },
    { title: "Recipient", yields: 2 },
    { title: "What" },
    { title: "Who", yields: 3 },
    { title: "Words", yields: 1 },
  ];
  return [
    [toned("strong", message.id), message.leftMs === null ? ", in the queue" : `, left ${localTime(message.leftMs)}`],
    ...tableLines([{ title: "" }, { title: "", yields: 1 }], facts, width),
    "",
    ...tableLines(columns, people, width),
    ...(more === 0 ? [] : [`${count(more, "recipient")} more.`]),
    "",
    ...tableLines(timeline, happeningRows(story), width),
  ];
}

function factsOf({ envelope, source, sizeBytes, facts, receivedMs }: MessageHead): readonly (readonly Span[])[] {
  const by = { smtp: "SMTP", pickup: "the pickup folder", notice: "this server, as a notice", import: "an import" }[
    source.by
  ];
  const client = source.client === "" ? "" : ` from ${source.client}`;
  const account = source.account === null ? "" : `, logged in as ${source.account}`;
  return [
    ["From", personOf(envelope.sender)],
    ["Received", `${localTime(receivedMs)} by ${by}${client}${account}`],
    ["Site", source.site],
    ["Size", shortSize(sizeBytes)],
    ...(source.trace === null ? [] : [["Trace", source.trace]]),
    ...Object.entries(facts).flatMap(([name, value]) =>
      value === null || value === "" ? [] : [[name, String(value)]],
    ),
  ];
}

const happened: Readonly<Record<Happening["what"], (text: string) => Span>> = {
  delivered: (text) => toned("good", text),
  deferred: (text) => toned("warn", text),
  failed: (text) => toned("bad", text),
  expanded: (text) => text,
  returned: (text) => toned("dim", text),
  interrupted: (text) => toned("warn", text),
  hold: (text) => text,
  release: (text) => text,
  retry: (text) => text,
  reroute: (text) => text,
  delete: (text) => toned("bad", text),
};

function happeningRows({ message, recipients, happenings }: Story): readonly (readonly Span[])[] {
  const addresses = new Map(recipients.map((it) => [it.index, it.address]));
  const rows = happenings.map((it): readonly Span[] => [
    localTime(it.atMs),
    addresses.get(it.recipient) ?? "",
    happened[it.what](it.what),
    it.who,
    it.text,
  ]);
  const left = message.leftMs === null ? [] : [[localTime(message.leftMs), "", "left", "", ""]];
  return [[localTime(message.receivedMs), "", "received", message.source.client, ""], ...rows, ...left];
}
