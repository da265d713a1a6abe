// Tells a client of HTTP/2 that its connection is not served: as the answer to whatever it asks, as nothing can be said to it before
// that. Whoever has turned it away cuts it off when it asks nothing.
import type { Carrier } from "../../net/carrier.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Door, HttpService } from "../../proto/http/connection/door.ts";
import { Http2Connection } from "../../proto/http2/connection/http2-connection.ts";
import type { SessionShared } from "./http-session.ts";

/** The answer is the last one of its connection. */
export function turnAwayHttp2(socket: Carrier, answer: Answer, shared: SessionShared): void {
  const service: HttpService = { answer: () => answer, refuse: () => answer, answered() {}, unanswered() {} };
  const door: Door = {
    write: (bytes) => socket.write(Buffer.from(bytes)),
    read: () => {},
    end: () => void socket.end(),
    cut: () => void socket.destroy(),
    handOver: () => {},
  };
  const engine = new Http2Connection(service, shared, shared.streams, door);
  socket.on("data", (chunk) => engine.heard(chunk));
  socket.on("close", () => engine.closed());
}
