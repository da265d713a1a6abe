// The listening sockets of one site: borrowed as its bindings name them, given back when they no longer do. It says
// what could not be opened; what follows from that is for the site.
import { about, type Fault, fault, sentence } from "../base/fault.ts";
import { shellWord } from "../base/shell-word.ts";
import type { Report } from "../event/event.ts";
import { netEvents } from "../net/events.ts";
import { listenFault, reportListenFailure } from "../net/system/listen-failure.ts";
import type { Closing } from "../net/system/listening-socket.ts";
import { type Binding, printBinding } from "../schema/kinds/network.ts";
import type { LentSocket, ListenerTable } from "./listener-table.ts";

export interface BindingsWorld {
  readonly listeners: ListenerTable;
  readonly report: Report;
  /** Workers that lack the socket get it. */
  lend(socket: LentSocket): void;
  /** No site uses the socket any more. */
  withdraw(tag: number): void;
  /** Sites whose sockets were closed for one of this site have to borrow again. */
  displaced(paths: readonly string[]): void;
}

/** A binding with the setting that names it. */
export interface SiteBinding extends Binding {
  /** TLS from the first byte. */
  readonly secure: boolean;
}

/** One text may stand in both lists: with port 0 these are two sockets. */
const keyOf = (binding: SiteBinding): string => `${settingOf(binding)} ${printBinding(binding)}`;

const settingOf = ({ secure }: SiteBinding): string => (secure ? "secureBindings" : "bindings");

export class SiteBindings {
  faults: readonly Fault[] = [];
  private readonly path: string;
  private readonly world: BindingsWorld;
  private readonly lent = new Map<string, LentSocket>();
  /** Bindings that could not be opened, with the number of attempts. */
  private readonly failures = new Map<string, number>();

  constructor(path: string, world: BindingsWorld) {
    this.path = path;
    this.world = world;
  }

  get sockets(): readonly LentSocket[] {
    return [...this.lent.values()];
  }

  socketOf(binding: SiteBinding): LentSocket | undefined {
    return this.lent.get(keyOf(binding));
  }

  /** Borrows what is named; what is no longer named, or was replaced, goes back when the answer is called. */
  take(bindings: readonly SiteBinding[]): () => void {
    const before = this.sockets;
    const failed: Fault[] = [];
    const named = new Set(bindings.map(keyOf));
    for (const key of this.lent.keys()) if (!named.has(key)) this.lent.delete(key);
    for (const key of this.failures.keys()) if (!named.has(key)) this.failures.delete(key);
    for (const binding of bindings) {
      const found = this.borrow(binding);
      if (found !== undefined) failed.push(found);
    }
    if (bindings.length === 0) failed.push(nowhere(this.path));
    this.faults = failed;
    return () => queueMicrotask(() => this.giveBack(before, "everywhere"));
  }

  /** At once. */
  release(closing: Closing): void {
    this.giveBack(this.forget(), closing);
  }

  /** Once all sites have taken the change: another may want what this one gives back. Then `then` is called. */
  releaseSoon(closing: Closing, then: () => void): void {
    const before = this.forget();
    queueMicrotask(() => {
      this.giveBack(before, closing);
      then();
    });
  }

  private forget(): readonly LentSocket[] {
    const before = this.sockets;
    this.lent.clear();
    this.faults = [];
    return before;
  }

  private borrow(binding: SiteBinding): Fault | undefined {
    const key = keyOf(binding);
    const borrowed = this.world.listeners.borrow(this.path, binding);
    this.world.displaced(borrowed.ok ? borrowed.value.displaced : borrowed.error.displaced);
    if (borrowed.ok) {
      this.lent.set(key, borrowed.value.lent);
      this.world.lend(borrowed.value.lent);
      this.tellRecovered(binding);
      return undefined;
    }
    this.lent.delete(key);
    this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
    const { failure } = borrowed.error;
    const setting = `${this.path}/${settingOf(binding)}`;
    const found = listenFault(failure, about("site", this.path), setting);
    // Each cause is told when it appears, not at each try.
    if (!this.faults.some((it) => sentence(it) === sentence(found)))
      reportListenFailure(this.world.report, failure, setting);
    return found;
  }

  private tellRecovered(binding: SiteBinding): void {
    const attempts = this.failures.get(keyOf(binding));
    if (attempts === undefined) return;
    this.failures.delete(keyOf(binding));
    this.world.report(netEvents.bindingRecovered, about("address", printBinding(binding)), { attempts });
  }

  /** But for what it has by now. */
  private giveBack(sockets: readonly LentSocket[], closing: Closing): void {
    const used = new Set(this.sockets.map((it) => it.tag));
    for (const { tag } of sockets)
      if (!used.has(tag) && this.world.listeners.giveBack(this.path, tag, closing)) this.world.withdraw(tag);
  }
}

const nowhere = (path: string): Fault =>
  fault(
    about("site", path),
    `${path} cannot be reached`,
    "it has no binding",
    `Give it one: inetsrv config set ${shellWord(`${path}/bindings`)} '*:PORT'`,
  );
