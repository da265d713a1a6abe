// An SMTP session as the line protocol of the ground has it: a line comes in, and what the session makes of it goes out.
// No socket here, and nothing of SMTP but its words at the end; the commands are in proto/smtp/server.
import type { BlockVerdict } from "../../base/block-reader.ts";
import type { Line } from "../../base/line-reader.ts";
import type { Connection } from "../../net/connection.ts";
import type { Answer, Farewells, LineLimits } from "../../net/line/line-dialogue.ts";
import { printReply, sayPlainly } from "../../proto/smtp/reply.ts";
import type { Soon } from "../../proto/smtp/server/ports.ts";
import { replies } from "../../proto/smtp/server/replies.ts";
import { COMMAND_LINE_BYTES_MAX, SmtpSession } from "../../proto/smtp/server/session.ts";
import { whenDone } from "../../proto/smtp/server/soon.ts";
import type { Step } from "../../proto/smtp/server/state.ts";
import type { Observed } from "../../service/observed-dialogue.ts";
import { SessionRules } from "./session-rules.ts";
import { type AcceptWorld, SitePorts } from "./site-ports.ts";

export class MailDialogue implements Observed {
  readonly lineBytesMax = COMMAND_LINE_BYTES_MAX;
  private readonly world: DialogueWorld;
  private readonly session: SmtpSession;
  private readonly ports: SitePorts;
  /** The session ends with the next message that is over. */
  private finishing = false;
  private isInMessage = false;

  constructor(world: DialogueWorld, connection: Connection) {
    this.world = world;
    this.ports = new SitePorts(world, connection);
    this.session = new SmtpSession(world.rules.for(connection.peer.address), this.ports);
  }

  get greeting(): string {
    return this.world.greeting;
  }

  get limits(): LineLimits {
    return this.world.limits;
  }

  get farewells(): Farewells {
    return this.world.farewells;
  }

  get user(): { readonly account: string } | undefined {
    return this.ports.user;
  }

  answer(line: Line): Answer | Promise<Answer> {
    return whenDone(this.session.answer(line), (step) => this.answerOf(step));
  }

  secured(): void {
    this.ports.secured();
  }

  /** Whoever is in the midst of his talk is heard to the end of a message: a printer that hears 421 does not send it again. */
  finish(): "soon" {
    this.finishing = true;
    return "soon";
  }

  ended(): void {
    this.session.ended();
  }

  private answerOf(step: Step): Answer {
    const reply = step.reply === undefined ? "" : printReply(step.reply);
    if ("secure" in step) return { reply, secure: true };
    if ("receive" in step) {
      const { reader, receiver } = step.receive;
      const end = (verdict: BlockVerdict): Soon<Answer> => whenDone(receiver.end(verdict), (it) => this.answerOf(it));
      return { reply, receive: { reader, receiver: { ...receiver, end } } };
    }
    const { at } = this.session;
    const wasInMessage = this.isInMessage;
    this.isInMessage = at === "mail" || at === "chunks";
    const isLast = this.finishing && wasInMessage && !this.isInMessage;
    return isLast ? { reply: reply + this.farewells.stopping, close: true } : { reply, close: step.close === true };
  }
}

/** What all sessions of a site share, made once: there may be thousands of them. */
export interface DialogueWorld extends AcceptWorld {
  readonly rules: SessionRules;
  readonly limits: LineLimits;
  readonly greeting: string;
  readonly farewells: Farewells;
}

export function dialogueWorld(world: AcceptWorld, limits: LineLimits): DialogueWorld {
  const { hostName, domains, values } = world.site;
  const { banner } = values;
  const greeting = banner === "" ? replies.greeting(hostName) : sayPlainly(220, `${hostName} ESMTP ${banner}`);
  const rules = new SessionRules(hostName, domains.defaultDomain, values);
  return { ...world, rules, limits, greeting: printReply(greeting), farewells: farewellsOf(hostName) };
}

/** RFC 5321 §3.8: 421 before the connection is closed from here. */
const farewellsOf = (name: string): Farewells => ({
  idle: `421 4.4.2 ${name} nothing was sent for too long\r\n`,
  slow: `421 4.4.2 ${name} too little was sent for too long\r\n`,
  overtime: `421 4.4.2 ${name} the session has lasted too long\r\n`,
  endless: `421 4.3.4 ${name} far too much was sent\r\n`,
  stopping: `421 4.3.2 ${name} the service stops\r\n`,
});

export const awayFarewell = (name: string): string => `421 4.3.2 ${name} does not serve now, try again later\r\n`;
