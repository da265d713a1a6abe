// The listening sockets of the whole server: each address and port is opened once and lent to the sites bound to it.
// It opens and closes; who accepts on a socket is not its matter.
import { bad, good, type Result } from "../base/result.ts";
import type { ListenFailure } from "../net/system/listen-failure.ts";
import {
  type Closing,
  type ListeningSocket,
  type ListenRequest,
  openListeningSocket,
} from "../net/system/listening-socket.ts";
import { type Binding, printBinding } from "../schema/kinds/network.ts";

export interface LentSocket {
  /** Names the socket between the processes; never used again for another one. */
  readonly tag: number;
  readonly socket: ListeningSocket;
}

export interface Borrowed {
  readonly lent: LentSocket;
  /** Sites whose sockets were closed for this one. */
  readonly displaced: readonly string[];
}

export interface NotBorrowed {
  readonly failure: ListenFailure;
  /** They have lost theirs all the same. */
  readonly displaced: readonly string[];
}

/** A socket as one server hands it to the next. */
export interface HandedSocket {
  /** The binding that it was opened for; empty for one that nobody has borrowed. */
  readonly key: string;
  readonly socket: ListeningSocket;
  /** Opened by somebody above us. */
  readonly inherited: boolean;
}

interface Entry extends LentSocket {
  readonly borrowers: Set<string>;
  readonly inherited: boolean;
}

/** What a site asks for; `secure` is TLS from the first byte. */
export type WantedBinding = Binding & { readonly secure?: boolean };

export type OpenSocket = (request: ListenRequest) => Result<ListeningSocket, ListenFailure>;

export class ListenerTable {
  private readonly entries = new Map<string, Entry>();
  private readonly inherited: ListeningSocket[];
  /** Of the server before this one; each waits for who borrows the same binding. */
  private readonly handed: Map<string, HandedSocket>;
  private readonly open: OpenSocket;
  private lastTag = 0;
  /** Another server has them all too: whatever we close, it goes on. */
  private handedOver = false;

  /**
   * `given` are used before new ones are opened: what somebody above us has opened, such as systemd, and what the server
   * before this one had open.
   */
  constructor(given: readonly HandedSocket[] = [], open: OpenSocket = openListeningSocket) {
    this.inherited = given.filter(({ key }) => key === "").map(({ socket }) => socket);
    this.handed = new Map(given.filter(({ key }) => key !== "").map((it) => [it.key, it]));
    this.open = open;
  }

  /** All that are open, for the next server. */
  handOver(): readonly HandedSocket[] {
    this.handedOver = true;
    return this.all;
  }

  private get all(): readonly HandedSocket[] {
    const lent = [...this.entries].map(([key, { socket, inherited }]) => ({ key, socket, inherited }));
    return [...lent, ...this.handed.values(), ...this.inherited.map(unborrowed)];
  }

  /** All sites have borrowed: what was handed to us and nobody wants is closed, unless it comes from above. */
  settle(): void {
    for (const { socket, inherited } of this.handed.values()) this.end({ socket, inherited }, "here");
    this.handed.clear();
  }

  /**
   * Lends the socket of a binding to a site. Where a socket for all addresses has the port, that one serves. Where one
   * for all addresses is wanted and single addresses are open, those are closed for it: their borrowers, `displaced`,
   * have to borrow again. It stays open for all until none of its borrowers is left.
   */
  borrow(site: string, binding: WantedBinding): Result<Borrowed, NotBorrowed> {
    const wildcard = this.entries.get(keyOf(site, { ...binding, address: "*" }));
    const entry = wildcard ?? this.entries.get(keyOf(site, binding)) ?? this.chosenByKernel(site, binding);
    if (entry !== undefined) {
      entry.borrowers.add(site);
      return good({ lent: entry, displaced: [] });
    }
    const displaced = binding.address === "*" && binding.port !== 0 ? this.closePort(binding.port) : [];
    const handed = this.takeHanded(keyOf(site, binding)) ?? this.takeInherited(binding);
    const opened = handed ? good(handed.socket) : this.open({ address: binding.address, port: binding.port });
    if (!opened.ok) return bad({ failure: opened.error, displaced: displaced.filter((it) => it !== site) });
    const inherited = handed?.inherited ?? false;
    const fresh: Entry = { tag: ++this.lastTag, socket: opened.value, borrowers: new Set([site]), inherited };
    this.entries.set(keyOf(site, binding), fresh);
    return good({ lent: fresh, displaced: displaced.filter((it) => it !== site) });
  }

  /** The site gives the socket back; the last one to do so closes it. True when nobody has it any more. */
  giveBack(site: string, tag: number, closing: Closing = "everywhere"): boolean {
    for (const [key, entry] of this.entries) {
      if (entry.tag !== tag || !entry.borrowers.delete(site)) continue;
      if (entry.borrowers.size > 0) return false;
      this.entries.delete(key);
      this.end(entry, closing);
      return true;
    }
    return true;
  }

  close(): void {
    for (const { socket } of this.all) socket.close(this.handedOver ? "here" : "everywhere");
    this.entries.clear();
    this.handed.clear();
    this.inherited.length = 0;
  }

  /** What came from above cannot be opened again by us: it is kept for the next borrower. */
  private end({ socket, inherited }: Pick<Entry, "socket" | "inherited">, closing: Closing = "everywhere"): void {
    if (inherited) this.inherited.push(socket);
    else socket.close(this.handedOver ? "here" : closing);
  }

  /** The site had asked for any port, got this one, and names it now. */
  private chosenByKernel(site: string, binding: WantedBinding): Entry | undefined {
    const entry = this.entries.get(keyOf(site, { ...binding, port: 0 }));
    return entry?.socket.port === binding.port ? entry : undefined;
  }

  private takeHanded(key: string): HandedSocket | undefined {
    const found = this.handed.get(key);
    this.handed.delete(key);
    return found;
  }

  private takeInherited(binding: Binding): HandedSocket | undefined {
    const fits = (it: ListeningSocket) => it.port === binding.port && sameAddress(it.address, binding.address);
    const index = this.inherited.findIndex(fits);
    const found = this.inherited[index];
    if (found === undefined) return undefined;
    this.inherited.splice(index, 1);
    return unborrowed(found);
  }

  private closePort(port: number): readonly string[] {
    const displaced: string[] = [];
    for (const [key, entry] of this.entries) {
      if (entry.socket.port !== port) continue;
      displaced.push(...entry.borrowers);
      this.entries.delete(key);
      this.end(entry);
    }
    return displaced;
  }
}

/** What nobody of a server has borrowed yet. */
export const unborrowed = (socket: ListeningSocket): HandedSocket => ({ key: "", socket, inherited: true });

/** Port 0 gives each binding a port of its own, and the same words in clear and with TLS are two bindings. */
const keyOf = (site: string, binding: WantedBinding): string =>
  binding.port === 0
    ? `${site} ${binding.secure === true ? "with TLS " : ""}${printBinding(binding)}`
    : printBinding({ ...binding, host: "" });

/** systemd opens ListenStream=80 on `::` for both families, which is what `*` means here. */
const sameAddress = (inherited: string, wanted: string): boolean =>
  inherited === wanted || (wanted === "*" && (inherited === "::" || inherited === "0.0.0.0"));
