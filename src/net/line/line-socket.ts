// Lets one object hear all that a socket tells, and stop hearing it. Four functions serve all sockets: four closures for
// each would be a third of what an idle session costs.
import type { Socket } from "node:net";
import type { Carrier } from "../carrier.ts";

export interface SocketListener {
  heard(chunk: Buffer): void;
  /** All that was written has left. */
  drained(): void;
  /** The peer sends nothing more, but may still read. */
  inputOver(): void;
  closed(): void;
}

const listener = Symbol("listener");
type Heard = Carrier & { [listener]: SocketListener };

const tells = {
  data(this: Heard, chunk: Buffer): void {
    this[listener].heard(chunk);
  },
  drain(this: Heard): void {
    this[listener].drained();
  },
  end(this: Heard): void {
    this[listener].inputOver();
  },
  close(this: Heard): void {
    this[listener].closed();
  },
} as const;

const told = Object.entries(tells);

export function listenTo(socket: Carrier, it: SocketListener): void {
  (socket as Heard)[listener] = it;
  for (const [event, tell] of told) socket.on(event, tell);
}

/** Drops what the socket has read and not told, and says how many bytes that were. Somebody else is to listen at once. */
export function stopListening(socket: Socket): number {
  for (const [event, tell] of told) socket.off(event, tell);
  let bytes = 0;
  for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) bytes += chunk.length;
  return bytes;
}
