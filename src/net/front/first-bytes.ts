// Looks at the first bytes of a connection before anybody else does, and puts back what it did not take. It writes
// nothing, and knows no protocol.
import type { Carrier } from "../carrier.ts";

export interface Verdict<T> {
  readonly value: T;
  /** So many bytes were its own; those after them are for whoever reads next. */
  readonly used: number;
}

/**
 * Asks `judge` with all bytes so far until it knows; it has to know before they are too many. "left" when the peer ends
 * the connection before that. The socket is paused afterwards.
 */
export function readFirst<T>(socket: Carrier, judge: (bytes: Buffer) => Verdict<T> | undefined): Promise<T | "left"> {
  return new Promise((resolve) => {
    let bytes: Buffer | undefined;
    const settle = (result: T | "left"): void => {
      socket.off("data", take);
      socket.off("end", leave);
      socket.off("close", leave);
      resolve(result);
    };
    const leave = (): void => settle("left");
    const take = (chunk: Buffer): void => {
      bytes = bytes === undefined ? chunk : Buffer.concat([bytes, chunk]);
      const verdict = judge(bytes);
      if (verdict === undefined) return;
      socket.pause();
      if (verdict.used < bytes.length) socket.unshift(bytes.subarray(verdict.used));
      settle(verdict.value);
    };
    socket.on("data", take);
    socket.once("end", leave);
    socket.once("close", leave);
    if (socket.destroyed || socket.readableEnded) leave();
    else socket.resume();
  });
}
