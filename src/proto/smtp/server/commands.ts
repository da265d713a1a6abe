// The commands of the server: a row for each, with the RFC that defines it, where it may be given, how its words are read,
// and what it does. Pure; a reader with the RFC open can check it row by row.
import { isAsciiMailbox } from "../address.ts";
import type { Reply } from "../reply.ts";
import {
  type ChunkArgument,
  type MailArgument,
  readAny,
  readChunk,
  readHello,
  readLogin,
  readMail,
  readNode,
  readNothing,
  readRecipient,
} from "./arguments.ts";
import { helloLines } from "./extensions.ts";
import { type Decision, type Envelope, type Hello, isReply, type LoginStep, type Soon } from "./ports.ts";
import { discardChunk, firstChunk, readyAfter, receiveChunk, receiveText, roomIn } from "./receive.ts";
import { replies } from "./replies.ts";
import type { SiteRules } from "./rules.ts";
import { whenDone } from "./soon.ts";
import { type Command, command, type Open, type Ready, type State, type Step, type World } from "./state.ts";

const anywhere = ["connected", "ready", "mail", "chunks"] as const;
const outsideOfMail = ["connected", "ready"] as const;

/** RFC 5321 §4.1.4 done: what is said to a command in the wrong place tells what the place is for. */
export const outOfOrder: Readonly<Record<Open["at"], Reply>> = {
  connected: replies.helloFirst,
  ready: replies.mailFirst,
  mail: replies.mailUnderWay,
  chunks: replies.chunksOnly,
};

/** Gives up what has come of a message. */
export function abandon(state: State): void {
  if (state.at === "chunks") state.content.drop();
}

export const commands: Readonly<Record<string, Command>> = {
  EHLO: command({
    rfc: "5321 §4.1.1.1",
    in: anywhere,
    inClear: true,
    read: readHello("EHLO"),
    run(state, name, { rules, ports }) {
      const ready = greet(state, { name, extended: true });
      const lines = helloLines({ rules, ports, loggedIn: ready.account !== undefined });
      return { state: ready, reply: replies.hello(rules.name, ...lines) };
    },
  }),
  HELO: command({
    rfc: "5321 §4.1.1.1",
    in: anywhere,
    inClear: true,
    read: readHello("HELO"),
    run: (state, name, { rules }) => ({
      state: greet(state, { name, extended: false }),
      reply: replies.hello(rules.name),
    }),
  }),
  /** With its parameters also after HELO: some programs greet so, and tell the size all the same. */
  MAIL: command({ rfc: "5321 §4.1.1.2", in: outsideOfMail, read: readMail, run: mail }),
  RCPT: command({
    rfc: "5321 §4.1.1.3",
    in: ["mail"],
    read: readRecipient,
    run(state, recipient, { rules, ports }) {
      const { envelope } = state;
      const { recipients } = envelope;
      // RFC 6531 §3.4: whoever wants such recipients says so with the sender, before any of them is named.
      if (!envelope.parameters.smtpUtf8 && !isAsciiMailbox(recipient.mailbox))
        return { state, reply: replies.utf8Address };
      // RFC 5321 §4.5.3.1.10 done: 452, and those that are in stay in.
      if (recipients.length >= rules.limits.recipientsMax) return { state, reply: replies.tooManyRecipients };
      return decided(ports.recipient(recipient, envelope), state, () => ({
        state: { ...state, envelope: { ...envelope, recipients: [...recipients, recipient] } },
        reply: replies.recipientGood,
      }));
    },
  }),
  DATA: command({
    rfc: "5321 §4.1.1.4",
    in: ["mail"],
    read: readNothing("DATA"),
    run(state, _, world) {
      const { envelope } = state;
      // RFC 5321 §3.3 done
      if (envelope.recipients.length === 0) return { state, reply: replies.noRecipients };
      if (envelope.parameters.body === "BINARYMIME") return { state, reply: replies.binaryNeedsChunks };
      return whenDone(world.ports.begin(envelope), (content) =>
        isReply(content) ? { state: readyAfter(envelope), reply: content } : receiveText(envelope, content, world),
      );
    },
  }),
  BDAT: command({ rfc: "3030 §2", in: anywhere, inClear: true, read: readChunk, run: chunk }),
  RSET: command({
    rfc: "5321 §4.1.1.5",
    in: anywhere,
    read: readNothing("RSET"),
    run(state) {
      abandon(state);
      return { state: "envelope" in state ? readyAfter(state.envelope) : state, reply: replies.done };
    },
  }),
  /** RFC 5321 §3.5.3 done, §7.3 done: strangers learn nothing of who has a mailbox. */
  VRFY: command({
    rfc: "5321 §4.1.1.6",
    in: anywhere,
    read: readAny,
    run: (state, words) => ({ state, reply: words === "" ? replies.syntax("VRFY name") : replies.noVerify }),
  }),
  EXPN: command({
    rfc: "5321 §4.1.1.7 refused: lists are not told to strangers",
    in: anywhere,
    read: readAny,
    run: (state) => ({ state, reply: replies.noLists }),
  }),
  HELP: command({
    rfc: "5321 §4.1.1.8",
    in: anywhere,
    read: readAny,
    run: (state) => ({ state, reply: replies.help(Object.keys(commands)) }),
  }),
  NOOP: command({
    rfc: "5321 §4.1.1.9",
    in: anywhere,
    inClear: true,
    read: readAny,
    run: (state) => ({ state, reply: replies.done }),
  }),
  QUIT: command({
    rfc: "5321 §4.1.1.10",
    in: anywhere,
    inClear: true,
    read: readNothing("QUIT"),
    run(state, _, { rules }) {
      abandon(state);
      return { state: { at: "closed" }, reply: replies.bye(rules.name), close: true };
    },
  }),
  STARTTLS: command({
    rfc: "3207 §4",
    in: outsideOfMail,
    inClear: true,
    read: readNothing("STARTTLS"),
    run(state, _, { ports }) {
      if (ports.secure) return { state, reply: replies.tlsAlready };
      if (!ports.canSecure) return { state, reply: replies.noCertificate };
      // RFC 3207 §4.2 done: nothing that was said in clear counts any more, nor who said it.
      return { state: { at: "connected", account: undefined }, reply: replies.beginTls, secure: true };
    },
  }),
  AUTH: command({
    rfc: "4954 §4",
    in: outsideOfMail,
    read: readLogin,
    run(state, { mechanism, initial }, { rules, ports }) {
      const ready = greeted(state, rules);
      if (ready === undefined) return { state, reply: replies.helloFirst };
      if (ready.account !== undefined) return { state, reply: replies.loggedInAlready };
      return whenDone(ports.login(mechanism, initial), (step) => afterLogin(step, ready));
    },
  }),
  ETRN: command({
    rfc: "1985 §5",
    in: outsideOfMail,
    read: readNode,
    run(state, node, { rules, ports }) {
      if (!rules.offers.has("ETRN")) return { state, reply: replies.noQueues };
      return whenDone(ports.turnQueue(node), (reply) => ({ state, reply }));
    },
  }),
  TURN: command({
    rfc: "5321 §F.1 refused: whoever says a name would get its mail",
    in: anywhere,
    read: readAny,
    run: (state) => ({ state, reply: replies.noTurn }),
  }),
};

/** RFC 5321 §4.1.4: EHLO and HELO also do what RSET does. */
function greet(state: Open, hello: Hello): Ready {
  abandon(state);
  return { at: "ready", account: state.account, hello };
}

/** As if EHLO had been said, where the site forgives its lack. */
function greeted(state: Extract<Open, { at: "connected" | "ready" }>, { leniency }: SiteRules): Ready | undefined {
  if (state.at === "ready") return state;
  return leniency.withoutHello
    ? { at: "ready", account: undefined, hello: { name: undefined, extended: false } }
    : undefined;
}

function mail(
  state: Extract<Open, { at: "connected" | "ready" }>,
  { sender, parameters }: MailArgument,
  world: World,
): Soon<Step> {
  const { rules, ports, tally } = world;
  const ready = greeted(state, rules);
  if (ready === undefined) return { state, reply: replies.helloFirst };
  const { messagesMax } = rules.limits;
  if (messagesMax !== null && tally.messages >= messagesMax)
    return { state, reply: replies.tooManyMessages(rules.name) };
  // RFC 1870 §6.1: what is too large by its own words need not be sent.
  const room = roomIn(world);
  if ((parameters.size ?? 0) > room.bytes) return { state, reply: room.over };
  const { hello, account } = ready;
  const envelope: Envelope = { hello, account, sender, parameters, recipients: [] };
  return decided(ports.sender(envelope), ready, () => ({
    state: { at: "mail", account, envelope },
    reply: replies.senderGood,
  }));
}

function chunk(state: Open, argument: ChunkArgument, world: World): Soon<Step> {
  const { bytes } = argument;
  const { rules, ports } = world;
  if (state.at === "chunks") return receiveChunk(state, argument, world);
  if (!rules.offers.has("CHUNKING")) return discardChunk(bytes, state, replies.unknown, world);
  if (state.at !== "mail") return discardChunk(bytes, state, outOfOrder[state.at], world);
  const { envelope } = state;
  if (envelope.recipients.length === 0) return discardChunk(bytes, state, replies.noRecipients, world);
  return whenDone(ports.begin(envelope), (content) =>
    isReply(content)
      ? discardChunk(bytes, readyAfter(envelope), content, world)
      : receiveChunk(firstChunk(envelope, content), argument, world),
  );
}

export function afterLogin(step: LoginStep, before: Ready): Step {
  switch (step.is) {
    case "challenge":
      return { state: { at: "login", before, challenge: step }, reply: replies.challenge(step.text) };
    case "done":
      return { state: { ...before, account: step.account }, reply: replies.welcome };
    case "refused":
      return { state: before, reply: step.reply, close: step.close === true };
    default:
      return step satisfies never;
  }
}

const decided = (decision: Soon<Decision>, refused: State, accepted: () => Step): Soon<Step> =>
  whenDone(decision, (it) => (isReply(it) ? { state: refused, reply: it } : accepted()));
