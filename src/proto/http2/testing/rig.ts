// A connection of HTTP/2 with a client and a service that a test plays: frames go in, and what is said comes out as lines.
import type { Answer } from "../../http/answer/answer.ts";
import type { ConnectionLimits } from "../../http/connection/door.ts";
import type { Request } from "../../http/request.ts";
import { Played } from "../../http/testing/rig.ts";
import { Http2Connection } from "../connection/http2-connection.ts";
import { type StreamLimits, usualStreamLimits } from "../connection/stream-limits.ts";
import { greeting, Listener } from "./frames.ts";

export interface RigLimits {
  readonly connection?: Partial<ConnectionLimits>;
  readonly streams?: Partial<StreamLimits>;
}

export class Rig extends Played {
  readonly connection: Http2Connection;
  private readonly listener = new Listener();
  private readonly lines: string[] = [];
  private taken = 0;

  constructor(reply: (request: Request) => Answer | Promise<Answer>, limits: RigLimits = {}) {
    super(reply, limits.connection);
    this.connection = new Http2Connection(this, this.shared, { ...usualStreamLimits, ...limits.streams }, this);
  }

  /** One whose greetings are over. */
  static open(reply: (request: Request) => Answer | Promise<Answer>, limits?: RigLimits): Rig {
    const rig = new Rig(reply, limits).hear(greeting);
    rig.told();
    return rig;
  }

  hear(...frames: readonly Buffer[]): this {
    this.connection.heard(Buffer.concat(frames));
    return this;
  }

  /** What was said since it was last asked, a line for each frame. */
  told(): readonly string[] {
    const fresh = this.writes.slice(this.taken);
    this.taken = this.writes.length;
    this.lines.push(...this.listener.hear(Buffer.from(fresh.join(""), "latin1")));
    return this.lines.splice(0);
  }
}
