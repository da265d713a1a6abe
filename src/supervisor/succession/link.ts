// The line between the two servers of a succession, alike at both ends: messages over the runtime's pipe, descriptors over
// a socket pair beside it. Knows the form of what is said, and nothing of what follows from it.
import { setTimeout as pause } from "node:timers/promises";
import { bad, good, type Result } from "../../base/result.ts";
import { CHANNEL_FD, giveSocket, SocketInbox } from "../../net/system/descriptor-channel.ts";
import { readSuccessionMessage, type Said, type SuccessionMessage } from "./messages.ts";

const RETRY_GIVE_MS = 5;
/** The other end takes nothing for so long: it hangs. */
const GIVE_LIMIT_MS = 10_000;

type Name = SuccessionMessage["name"];

export class Link {
  /** The other end is gone. */
  readonly closed: Promise<void>;
  private readonly post: (message: SuccessionMessage) => void;
  private readonly channelFd: number;
  private readonly inbox: SocketInbox;
  private readonly close = Promise.withResolvers<void>();
  private isClosed = false;
  private listener: ((message: SuccessionMessage) => void) | undefined;
  /** Heard while nobody listened. */
  private readonly early: SuccessionMessage[] = [];
  private lastTag = 0;

  constructor(channelFd: number, post: (message: SuccessionMessage) => void) {
    this.channelFd = channelFd;
    this.inbox = new SocketInbox(channelFd);
    this.post = post;
    this.closed = this.close.promise;
  }

  get open(): boolean {
    return !this.isClosed;
  }

  send(message: SuccessionMessage): void {
    if (this.isClosed) return;
    try {
      this.post(message);
    } catch {
      // The other end is gone; `closed` tells.
    }
  }

  /** From now on, and what came while nobody listened; whoever listened before hears no more. */
  hear(listener: (message: SuccessionMessage) => void): void {
    this.listener = listener;
    while (this.listener === listener) {
      const message = this.early.shift();
      if (message === undefined) return;
      listener(message);
    }
  }

  /** The first of these to come; undefined when the other end is gone, or the time over. Nobody else hears meanwhile. */
  next<const Names extends Name>(
    names: readonly Names[],
    limitMs: number,
    others: (message: SuccessionMessage) => void = () => {},
  ): Promise<Said<Names> | undefined> {
    return new Promise((resolve) => {
      const listener = (message: SuccessionMessage): void => {
        if ((names as readonly Name[]).includes(message.name)) done(message as Said<Names>);
        else others(message);
      };
      const done = (said: Said<Names> | undefined): void => {
        clearTimeout(timer);
        // What follows is for whoever listens next.
        if (this.listener === listener) this.listener = undefined;
        resolve(said);
      };
      const timer = setTimeout(() => done(undefined), limitMs);
      void this.closed.then(() => done(undefined));
      this.hear(listener);
    });
  }

  /** Gives a descriptor of the same thing; ours stays open. Its tag, when the other end has it or will. */
  async give(fd: number): Promise<Result<number, string>> {
    const tag = ++this.lastTag;
    const endMs = performance.now() + GIVE_LIMIT_MS;
    for (;;) {
      const given = giveSocket(this.channelFd, fd, tag);
      if (given.ok) {
        this.send({ name: "giver.descriptor.give", tag });
        return good(tag);
      }
      if (given.error.kind !== "full") return bad(given.error.kind === "failed" ? given.error.because : "it is gone");
      if (performance.now() > endMs) return bad("it does not take the sockets");
      await pause(RETRY_GIVE_MS);
    }
  }

  /** A descriptor that was given under this tag before the message that names it. */
  take(tag: number): number | undefined {
    const taken = this.inbox.take(tag);
    return taken.ok ? taken.value : undefined;
  }

  /** What has come over the pipe. */
  arrived(given: unknown): void {
    const message = readSuccessionMessage(given);
    if (message === undefined) return;
    // Taken off the channel at once, so that it does not run full.
    if (message.name === "giver.descriptor.give") this.inbox.fill();
    else if (this.listener === undefined) this.early.push(message);
    else this.listener(message);
  }

  ended(): void {
    this.isClosed = true;
    this.close.resolve();
  }
}

/** The line to whoever has started this process; undefined when it was started by hand. */
export function linkToStarter(): Link | undefined {
  if (process.send === undefined) return undefined;
  const link = new Link(CHANNEL_FD, (message) => {
    if (process.connected) process.send?.(message);
  });
  process.on("message", (given: unknown) => link.arrived(given));
  process.on("disconnect", () => link.ended());
  return link;
}
