// Why an address is refused: one row for each reason, with what the access log, the event log and the metrics call it.
// Rows only; the gate decides, and the teller reports.
import { netEvents } from "../events.ts";
import type { AccessValues } from "./access-settings.ts";

const row = <Event extends (typeof netEvents)[keyof typeof netEvents]>(
  event: Event,
  setting: keyof AccessValues,
  sentence: string,
) => ({ event, setting, sentence });

/** The name is for metrics and logs, and never changes its meaning; the sentence goes on after "refused, as". */
export const refusalReasons = {
  rule: row(netEvents.addressDenied, "access", "a rule does not let the address in"),
  "address-connections": row(
    netEvents.addressConnectionsReached,
    "connectionsPerAddress",
    "the address has as many connections open as it may",
  ),
  "network-connections": row(
    netEvents.networkConnectionsReached,
    "connectionsPerNetwork",
    "the network of the address has as many connections open as it may",
  ),
  "connection-rate": row(netEvents.connectedTooOften, "connectionRate", "the address connects too often"),
  "request-rate": row(netEvents.askedTooOften, "requestRate", "the address asks too often"),
  "failure-rate": row(netEvents.failedTooOften, "failureRate", "the address fails too often"),
  restricted: row(netEvents.addressRestricted, "restrictFor", "the address is turned away for a time"),
  "proxy-header": row(netEvents.proxyHeaderRefused, "proxyProtocolFrom", "the proxy sent no header that can be read"),
} as const;

export type RefusalReason = keyof typeof refusalReasons;

/** What counts as a failure, in the words of an event. */
export const failureKinds = {
  "protocol-error": "a breach of the protocol",
  "client-error": "a request that was answered with an error",
  "failed-login": "a login that was refused",
} as const;

export type FailureKind = keyof typeof failureKinds;
