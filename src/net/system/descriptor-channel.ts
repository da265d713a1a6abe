// Hands open sockets to a child that is already running, over a socket pair of which the child inherited one end. Says
// nothing about what a socket is for: a tag goes with it, and both sides know from elsewhere what the tag means.
import { bad, good, type Result } from "../../base/result.ts";
import * as system from "./system-calls.ts";

export interface DescriptorChannel {
  /** Stays here, for `giveSocket`. */
  readonly parentFd: number;
  /** For `Bun.spawn({stdio: [..., childFd]})`; to be closed here once the child runs. */
  readonly childFd: number;
}

export function openChannel(): Result<DescriptorChannel, system.CallFailure> {
  const ends = system.socketPair();
  return ends.ok ? good({ parentFd: ends.value[0], childFd: ends.value[1] }) : ends;
}

/** The number of the first extra descriptor in a child: the place after standard input, output and error. */
export const CHANNEL_FD = 3;

export type GiveFailure =
  /** Some 270 wait that the child has not taken: give again when it has. */
  | { readonly kind: "full" }
  /** The child is gone, or has closed its end. */
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly because: string };

/** The child gets a descriptor of its own for the same socket; ours stays open, and ours to close. */
export function giveSocket(parentFd: number, socketFd: number, tag: number): Result<void, GiveFailure> {
  const sent = system.sendDescriptor(parentFd, new Uint8Array(Uint32Array.of(tag).buffer), socketFd);
  if (sent.ok) return sent;
  const { code, because } = sent.error;
  if (code === "EAGAIN" || code === "ETOOMANYREFS") return bad({ kind: "full" });
  if (code === "EPIPE" || code === "ECONNRESET") return bad({ kind: "closed" });
  return bad({ kind: "failed", because });
}

export interface TakenSocket {
  readonly tag: number;
  /** Close-on-exec; the caller's to close. */
  readonly fd: number;
}

export type TakeFailure =
  | { readonly kind: "none" }
  /** The parent is gone, or has closed its end. */
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly because: string };

/** The next socket in the order in which they were given; never waits. */
export function takeSocket(fd: number): Result<TakenSocket, TakeFailure> {
  const got = system.receiveDescriptor(fd);
  if (!got.ok) {
    const { code, because } = got.error;
    return bad(code === "EAGAIN" ? { kind: "none" } : { kind: "failed", because });
  }
  const { bytes, descriptor } = got.value;
  if (bytes.length === 0) return bad({ kind: "closed" });
  // The kernel gives the message without its descriptor when no number is free for it.
  if (descriptor === undefined)
    return bad({ kind: "failed", because: "no file descriptor is free for a given socket" });
  return good({ tag: new DataView(bytes.buffer).getUint32(0, true), fd: descriptor });
}

/**
 * Sockets by their tag. The parent gives a socket and then tells its tag in a message: when the message is read the
 * socket is here, but others whose messages are still on their way may stand before it, and wait here.
 */
export class SocketInbox {
  private readonly fd: number;
  private readonly waiting = new Map<number, number>();

  constructor(fd = CHANNEL_FD) {
    this.fd = fd;
  }

  take(tag: number): Result<number, TakeFailure> {
    for (;;) {
      const fd = this.waiting.get(tag);
      if (fd !== undefined) {
        this.waiting.delete(tag);
        return good(fd);
      }
      const next = this.takeNext();
      if (!next.ok) return next;
    }
  }

  /** Takes what has come so far, for later, so that the channel does not run full. */
  fill(): void {
    while (this.takeNext().ok);
  }

  private takeNext(): Result<void, TakeFailure> {
    const next = takeSocket(this.fd);
    if (!next.ok) return next;
    // A tag that comes again replaces what nobody asked for.
    const replaced = this.waiting.get(next.value.tag);
    if (replaced !== undefined) system.close(replaced);
    this.waiting.set(next.value.tag, next.value.fd);
    return good(undefined);
  }
}
