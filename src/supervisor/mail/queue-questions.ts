// What can be asked of the mail queue, and what can be ordered of it: the deliverer notices within a second what was
// changed here. It works alike whether the service runs or not. The rows are the operations, too.
import type { Json } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { choice, text, whole } from "../../schema/kinds/plain.ts";
import type { Filter } from "../../spool/filter.ts";
import type { OrderName } from "../../spool/message.ts";
import type { Count, Found, MailSpool, Order } from "../../spool/spool.ts";
import type { Spooled } from "../../spool/trouble.ts";
import { asJson, type Given, needed, type Operation, optional, type Refusal, refusal } from "../operation.ts";
import { authorship } from "../operations/configured.ts";
import {
  filterOf,
  filterParameters,
  type MailFound,
  type MessagePiece,
  type QueuePage,
} from "../operations/queue-answers.ts";
import type { MailRoom } from "./mail-question.ts";

export const PAGE_MAX = 1000;
const PAGE_USUAL = 100;
/** Of a message that is exported: what one answer holds. */
export const PIECE_BYTES = 256 * 1024;
const MESSAGES_FOUND_MAX = 50;
/** Recipients that are looked at for them; a message with many is one message. */
const RECIPIENTS_SEEN_MAX = 2000;

/** Addresses of a message that are shown in a list. */
const SOME = 3;

const messageId = text({ min: 1, max: 64 });
const orders: readonly OrderName[] = ["hold", "release", "retry", "reroute", "delete"];

export const queueQuestions: readonly Operation<MailRoom>[] = [
  {
    name: "queue.summary",
    reads: true,
    doc: "How many recipients wait for each destination, by how they stand.",
    takes: {},
    run: async (room) => asJson(await room.spool.ask("Cannot sum up the mail queue", (spool) => spool.summary())),
  },
  {
    name: "queue.find",
    reads: true,
    doc: "Recipients with their messages, the oldest first, a page at a time. The first page tells how many fit in all.",
    takes: {
      ...filterParameters,
      limit: optional(whole({ min: 1, max: PAGE_MAX }), `How many; ${PAGE_USUAL} without it.`),
      afterId: optional(messageId, "The id of the next of the answer before."),
      afterRecipient: optional(whole({ min: 0, max: 1_000_000 }), "The recipient of the next of the answer before."),
    },
    async run(room, given) {
      const filter = filterOf(given, room.clock.wallMs());
      return asJson(await room.spool.ask("Cannot list the mail queue", (spool) => pageOf(spool, filter, given)));
    },
  },
  {
    name: "queue.count",
    reads: true,
    doc: "How many messages and recipients fit.",
    takes: filterParameters,
    async run(room, given) {
      const filter = filterOf(given, room.clock.wallMs());
      return asJson(await room.spool.ask("Cannot count the mail queue", (spool) => spool.count(filter)));
    },
  },
  {
    name: "queue.order",
    reads: false,
    doc: "Holds, releases, retries at once, sends another way or deletes all recipients in the queue that fit. Without any word of a filter it is refused, unless all is said.",
    takes: {
      what: needed(choice(orders), "What to do."),
      route: optional(text({ min: 1, max: 1024 }), "With reroute: the domain or route it goes to instead."),
      all: optional(choice(["yes"]), "Whether everything in the queue is meant."),
      ...filterParameters,
      ...authorship,
    },
    run: (room, given) => order(room, given),
  },
  {
    name: "queue.piece",
    reads: true,
    doc: "A piece of a message that is in the queue, in base64.",
    takes: {
      id: needed(messageId, "The id of the message."),
      from: optional(
        whole({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        "Where the piece begins, in bytes; 0 without it.",
      ),
    },
    async run(room, { id, from = 0 }) {
      const read = (spool: MailSpool) => pieceOf(spool, String(id), Number(from));
      const piece = await room.spool.ask(`Cannot read message ${String(id)}`, read);
      if (!piece.ok || piece.value !== null) return asJson(piece);
      return bad(unknownMessage(String(id), "in the queue"));
    },
  },
  {
    name: "mail.find",
    reads: true,
    doc: "Messages by anything that is known of them, also when they have left.",
    takes: {
      text: needed(
        text({ min: 1, max: 1024 }),
        "An id, a trace, an address, a domain, a subject, a Message-ID, or a part of one.",
      ),
    },
    run: async (room, { text: wanted }) =>
      asJson(await room.spool.ask("Cannot look for mail", (spool) => findMail(spool, String(wanted)))),
  },
  {
    name: "mail.story",
    reads: true,
    doc: "Everything about one message: where it came from, each attempt, and what became of it.",
    takes: { id: needed(messageId, "The id of the message.") },
    async run(room, { id }) {
      const story = await room.spool.ask(`Cannot show message ${String(id)}`, (spool) => spool.story(String(id)));
      return story.ok && story.value === null ? bad(unknownMessage(String(id), "known")) : asJson(story);
    },
  },
];

async function pageOf(spool: MailSpool, filter: Filter, given: Given): Promise<Spooled<QueuePage>> {
  const { afterId, afterRecipient = 0, limit: wanted = PAGE_USUAL } = given;
  const limit = Number(wanted);
  const after = afterId === undefined ? {} : { after: { id: String(afterId), recipient: Number(afterRecipient) } };
  const found = await spool.find(filter, { limit, ...after });
  if (!found.ok) return found;
  const last = found.value.length === limit ? found.value.at(-1) : undefined;
  const next = last === undefined ? null : { id: last.message.id, recipient: last.index };
  if (afterId !== undefined) return good({ found: found.value, next, count: null });
  const count = next === null ? good(countOf(found.value)) : await spool.count(filter);
  return count.ok ? good({ found: found.value, next, count: count.value }) : count;
}

const countOf = (all: readonly Found[]): Count => ({
  messages: new Set(all.map((it) => it.message.id)).size,
  recipients: all.length,
  busy: all.filter((it) => it.status === "claimed").length,
});

/** Nobody means everything by a word that was left out. */
async function order(room: MailRoom, given: Given): Promise<Result<Json, Refusal>> {
  const atMs = room.clock.wallMs();
  const filter = filterOf(given, atMs);
  if (Object.keys(filter).length === 0 && given.all === undefined)
    return bad(refusal("wrong", "Nothing says which mail is meant: give a filter, or say that it is all of it"));
  const what = whatOf(given);
  if (!what.ok) return what;
  const it: Order = { filter, what: what.value, who: String(given.who), atMs };
  return asJson(await room.spool.ask("Cannot change the mail queue", (spool) => spool.order(it)));
}

function whatOf({ what, route: destination }: Given): Result<Order["what"], Refusal> {
  const name = orders.find((it) => it === what);
  if (name === undefined) return bad(refusal("wrong", "There is no such order"));
  if (name !== "reroute") return good({ is: name });
  if (destination === undefined) return bad(refusal("wrong", "Where it goes to instead is not said"));
  return good({ is: "reroute", destination: String(destination) });
}

async function pieceOf(spool: MailSpool, id: string, from: number): Promise<Spooled<MessagePiece | null>> {
  const body = await spool.body(id);
  if (!body.ok) return body;
  const { value } = body;
  if (value === null) return good(null);
  const piece = await value.read(from, PIECE_BYTES).finally(() => value.close());
  return piece.ok ? good({ sizeBytes: value.sizeBytes, base64: Buffer.from(piece.value).toString("base64") }) : piece;
}

/** By who and where, and by what the mail itself says: its subject, its Message-ID. */
async function findMail(spool: MailSpool, text: string): Promise<Spooled<MailFound>> {
  const page = { limit: RECIPIENTS_SEEN_MAX };
  const named = await spool.find({ anything: text, status: "any" }, page);
  if (!named.ok) return named;
  const told = await spool.find({ facts: text, status: "any" }, page);
  if (!told.ok) return told;
  const byMessage = Map.groupBy([...named.value, ...told.value], (it) => it.message.id);
  const messages = [...byMessage.values()].flatMap((fitting) => {
    const people = [...new Set(fitting.map((it) => it.address))];
    return fitting
      .slice(0, 1)
      .map(({ message }) => ({ ...message, recipients: people.length, some: people.slice(0, SOME) }));
  });
  const newest = messages
    .reverse()
    .sort((left, right) => right.receivedMs - left.receivedMs)
    .slice(0, MESSAGES_FOUND_MAX);
  const isCut = [named, told].some((it) => it.value.length === RECIPIENTS_SEEN_MAX);
  return good({ messages: newest, more: isCut || newest.length < messages.length });
}

const unknownMessage = (id: string, where: string): Refusal =>
  refusal("unknown", `No message ${id} is ${where}. Look for it with: inetsrv mail find ${id}`);
