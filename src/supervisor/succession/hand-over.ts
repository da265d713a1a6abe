// The home as it passes from one server to the other: its sockets, its lock, and what an operator has made of it. The same
// in both directions.

import { bad, good, type Result } from "../../base/result.ts";
import { listeningSocket } from "../../net/system/listening-socket.ts";
import * as system from "../../net/system/system-calls.ts";
import type { HandedSocket } from "../listener-table.ts";
import type { Link } from "./link.ts";
import type { Said, SocketNote } from "./messages.ts";

type Take = Said<"giver.home.take">;

/** Why it could not be given is a part of a sentence. `lock` is a descriptor, null when the other end has it already. */
export async function giveHome(
  link: Link,
  sockets: readonly HandedSocket[],
  lock: number | null,
  terms: Omit<Take, "name" | "sockets" | "lock">,
): Promise<Result<void, string>> {
  const notes: SocketNote[] = [];
  for (const { key, socket, inherited } of sockets) {
    const tag = await link.give(socket.fd);
    if (!tag.ok) return tag;
    notes.push({ tag: tag.value, key, address: socket.address, port: socket.port, inherited });
  }
  const locked = lock === null ? good(null) : await link.give(lock);
  if (!locked.ok) return locked;
  link.send({ name: "giver.home.take", ...terms, sockets: notes, lock: locked.value });
  return good(undefined);
}

export function takeSockets(link: Link, { sockets }: Take): Result<readonly HandedSocket[], string> {
  const taken: HandedSocket[] = [];
  for (const { tag, key, address, port, inherited } of sockets) {
    const fd = link.take(tag);
    if (fd === undefined) return bad(`the socket of port ${port} did not come`);
    taken.push({ key, inherited, socket: listeningSocket(fd, address, port, !inherited) });
  }
  return good(taken);
}

/** The same sockets under descriptors of our own, which stay open whatever becomes of the others. */
export function keepSockets(sockets: readonly HandedSocket[]): readonly HandedSocket[] {
  return sockets.map((it) => {
    const { key, socket, inherited } = it;
    const fd = system.duplicate(socket.fd);
    // With no descriptor free it can still be given; only to come back to it would have to be opened anew.
    if (!fd.ok) return it;
    return { key, inherited, socket: listeningSocket(fd.value, socket.address, socket.port, !inherited) };
  });
}

/** Those that listen still: the other server may have closed some for good. What it has closed for newcomers hears them again. */
export const thatListen = (sockets: readonly HandedSocket[]): readonly HandedSocket[] =>
  sockets.filter(({ socket }) => {
    const listens = system.isListening(socket.fd);
    system.hearNewcomers(socket.fd);
    if (listens.ok && listens.value) return true;
    socket.close("here");
    return false;
  });

export function closeHere(sockets: readonly HandedSocket[]): void {
  for (const { socket } of sockets) socket.close("here");
}
