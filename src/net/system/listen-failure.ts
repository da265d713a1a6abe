// Why a listening socket could not be opened, with the facts a person needs, and how that is said. Knows no descriptor.
import { networkInterfaces } from "node:os";
import { about, type Fault, fault, type Subject } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import { netEvents } from "../events.ts";
import { addressAndPort } from "../ip-address.ts";
import { type Holder, portHolders } from "./port-holder.ts";
import type { Transport } from "./socket-table.ts";
import { type CallFailure, descriptorLimit, userName } from "./system-calls.ts";

interface Asked {
  readonly address: string;
  readonly port: number;
}

export type ListenFailure = Asked &
  (
    | { readonly kind: "port-taken"; readonly holders: readonly Holder[] }
    | { readonly kind: "address-missing"; readonly present: readonly string[] }
    | { readonly kind: "not-permitted"; readonly uid: number }
    | { readonly kind: "out-of-descriptors"; readonly limit: number | undefined }
    | { readonly kind: "other"; readonly because: string }
  );

/** The facts behind a failed call; they are gathered now, as a moment later they may be others. */
export function listenFailure(
  { address, port }: Asked,
  failed: CallFailure,
  transport: Transport = "tcp",
): ListenFailure {
  switch (failed.code) {
    case "EADDRINUSE":
      return { address, port, kind: "port-taken", holders: portHolders(address, port, transport) };
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT": // the machine has no IPv6 at all
      return { address, port, kind: "address-missing", present: presentAddresses() };
    case "EACCES":
    case "EPERM":
      return { address, port, kind: "not-permitted", uid: process.geteuid?.() ?? -1 };
    case "EMFILE":
    case "ENFILE": {
      const limit = descriptorLimit();
      return { address, port, kind: "out-of-descriptors", limit: limit.ok ? limit.value : undefined };
    }
    default:
      return { address, port, kind: "other", because: failed.because };
  }
}

const rows = {
  "port-taken": netEvents.portTaken,
  "address-missing": netEvents.addressMissing,
  "not-permitted": netEvents.portNotPermitted,
  "out-of-descriptors": netEvents.outOfDescriptors,
  other: netEvents.cannotListen,
} as const satisfies Record<ListenFailure["kind"], unknown>;

/** What stands on the screen; the setting is the one that asked for the address. */
export const listenFault = (failure: ListenFailure, subject: Subject, setting: string): Fault =>
  fault(
    subject,
    `Cannot listen on ${addressAndPort(failure.address, failure.port)}`,
    listenFailureText(failure),
    rows[failure.kind].remedy.replaceAll("{setting}", setting),
  );

/** The same as an event about the address. */
export function reportListenFailure(report: Report, failure: ListenFailure, setting: string): void {
  const address = about("address", addressAndPort(failure.address, failure.port));
  report(rows[failure.kind], address, { because: listenFailureText(failure), setting });
}

export function listenFailureText(failure: ListenFailure): string {
  switch (failure.kind) {
    case "port-taken":
      return `${holdersText(failure.holders)} holds the port`;
    case "address-missing":
      return `no interface of this machine has that address; present are ${some(failure.present)}`;
    case "not-permitted":
      return `user ${userName(failure.uid)} may not open port ${failure.port}, as low ports need a privilege`;
    case "out-of-descriptors":
      return `no file descriptor is free${failure.limit === undefined ? "" : ` (at most ${failure.limit})`}`;
    case "other":
      return failure.because;
    default:
      return failure satisfies never;
  }
}

function holdersText([first, ...others]: readonly Holder[]): string {
  if (first === undefined) return "a process that cannot be seen from here";
  if (first.kind === "user") return `a process of user ${first.user}`;
  const more = others.length === 0 ? "" : ` (with ${others.length} more)`;
  return `process ${first.pid} (${first.program}) of user ${first.user}, running since ${minute(first.sinceMs)}${more},`;
}

/** `2026-03-01 10:21` by the clock of this machine. */
function minute(ms: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const at = new Date(ms);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

const NAMED_MAX = 12;

function some(names: readonly string[]): string {
  const rest = names.length - NAMED_MAX;
  return names.slice(0, NAMED_MAX).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** Link-local addresses are left out: they exist once per interface and are not what anybody meant. */
const presentAddresses = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .map((entry) => entry.address)
    .filter((address) => !address.toLowerCase().startsWith("fe80:"));
