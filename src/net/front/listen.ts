// The two ways in which the runtime takes connections from a socket that listens already: with the streams of node, which TLS can
// be laid upon, or in clear without them. Whoever opens it gives the descriptor away, and it is closed when it stops.
import { createServer, type Socket } from "node:net";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import * as system from "../system/system-calls.ts";
import { ClearSocket } from "./clear-socket.ts";
import { Departures } from "./departures.ts";

export interface Listening {
  /** Takes nobody any more; who was taken stays. */
  stop(): void;
}

export interface Listener<Taken> {
  readonly fd: number;
  /** With the descriptor of the connection; -1 where the runtime does not say. */
  take(socket: Taken, fd: number): void;
  failed(because: string): void;
}

export function listenWithStreams({ fd, take, failed }: Listener<Socket>): Promise<Result<Listening, string>> {
  // allowHalfOpen: a client may send all it has, close its side, and wait for the answer.
  const server = createServer({ allowHalfOpen: true }, (socket: Described) => {
    // What a network can cause ends as "close"; without a listener it would be an uncaught exception.
    socket.on("error", ignored);
    take(socket, socket._handle?.fd ?? -1);
  });
  return new Promise((resolve) => {
    server.once("error", (error) => {
      system.close(fd);
      resolve(bad(error.message));
    });
    server.listen({ fd }, () => {
      server.removeAllListeners("error");
      server.on("error", (error) => failed(error.message));
      resolve(good({ stop: () => void server.close() }));
    });
  });
}

/** Not in the types of the runtime. */
type Described = Socket & { readonly _handle?: { readonly fd?: number } | null };

/** One for all, wherever they came in. */
const departures = new Departures();

export function listenInClear({ fd, take }: Listener<ClearSocket>): Result<Listening, string> {
  const socket: Bun.SocketHandler<ClearSocket> = {
    open(raw) {
      raw.data = new ClearSocket(raw, departures);
      take(raw.data, (raw as { readonly fd?: number }).fd ?? -1);
    },
    data: (raw, bytes) => raw.data.heard(bytes),
    drain: (raw) => raw.data.roomy(),
    end: (raw) => raw.data.inputOver(),
    close: (raw) => raw.data.closed(),
    // Its close follows.
    error: ignored,
  };
  try {
    // That a descriptor is taken is not in the types of the runtime.
    const options = { fd, allowHalfOpen: true, socket } as unknown as Bun.TCPSocketListenOptions<ClearSocket>;
    const listening = Bun.listen(options);
    return good({ stop: () => listening.stop() });
  } catch (thrown) {
    system.close(fd);
    return bad(messageOf(thrown));
  }
}

const ignored = (): void => {};
