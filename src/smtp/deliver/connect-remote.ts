// Makes a connection to another server, within a time, or says in words why there is none. It says nothing on it.
import { connect, type Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { spellDuration } from "../../schema/kinds/measure.ts";
import type { Endpoint } from "./find-endpoints.ts";

export interface ConnectOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** null: the system chooses. */
  readonly sourceAddress: string | null;
}

export type Connect = (endpoint: Endpoint, options: ConnectOptions) => Promise<Result<Socket, string>>;

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "it refuses connections",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to its network",
  ETIMEDOUT: "it does not answer",
  ECONNRESET: "it broke the connection",
  EADDRNOTAVAIL: "this machine does not have the address of sourceAddress",
  EMFILE: "this process has no descriptors left",
  EACCES: "this machine does not let it be reached",
  EPERM: "a firewall on this machine does not let it be reached",
};

export const connectRemote: Connect = ({ address, port }, { clock, timeoutMs, sourceAddress }) =>
  new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      noDelay: true,
      // Of the other family it could not be used, and mail would wait for ever.
      ...(sourceAddress !== null && sourceAddress.includes(":") === address.includes(":")
        ? { localAddress: sourceAddress }
        : {}),
    });
    const failed = (because: string) => {
      cancel();
      socket.destroy();
      resolve(bad(`Cannot connect: ${because}`));
    };
    const cancel = clock.after(timeoutMs, () => failed(`it did not answer within ${spellDuration(timeoutMs)}`));
    // Also later, when "close" follows and says it to whoever listens then: it must not end the process.
    socket.on("error", ({ code, message }: NodeJS.ErrnoException) => failed(words[code ?? ""] ?? code ?? message));
    socket.once("connect", () => {
      cancel();
      resolve(good(socket));
    });
  });
