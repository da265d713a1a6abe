// What sockets can tell: one row per event, numbers 4000 to 4199. Rows only; who reports decides when.
import { event } from "../event/event.ts";

const cannotListen = "Cannot listen on {object}, as {setting} asks: {because}.";

/** The same for every reason, so that refusals are told from one table: see access/refusal-reasons.ts. */
const refuses = "{object} refuses {address}, as {setting} says: {because}.";

export const netEvents = {
  portTaken: event(4000, "error", "address", cannotListen, "Stop it, or change {setting}.", "port-in-use"),
  addressMissing: event(
    4001,
    "error",
    "address",
    cannotListen,
    "Change {setting} to one of these or to *, or give the machine the address.",
    "address-missing",
  ),
  portNotPermitted: event(
    4002,
    "error",
    "address",
    cannotListen,
    "Start as root, or run `setcap cap_net_bind_service=+ep` on the program file, or put " +
      "AmbientCapabilities=CAP_NET_BIND_SERVICE into the systemd unit, or change {setting} to a port of 1024 or above.",
    "port-forbidden",
  ),
  outOfDescriptors: event(
    4003,
    "error",
    "address",
    cannotListen,
    "Raise LimitNOFILE in the systemd unit or `ulimit -n`, or lower the connection limits.",
    "out-of-descriptors",
  ),
  cannotListen: event(4004, "error", "address", cannotListen, "Change {setting}.", "cannot-listen"),
  bindingRecovered: event(4010, "notice", "address", "Listening on {object} after {attempts} failed attempts."),
  acceptFailed: event(
    4020,
    "error",
    "address",
    "Connections on {object} cannot be accepted: {because}.",
    "Restart the service; the supervisor opens the address again.",
    "cannot-listen",
  ),
  connectionLimitReached: event(
    4021,
    "warning",
    "address",
    "{object} refuses connections: {open} are open, and {limit} are allowed.",
    "Raise the connection limit, or find in the access log who holds so many.",
  ),
  connectionsAcceptedAgain: event(
    4022,
    "notice",
    "address",
    "{object} accepts connections again, after {refused} were refused.",
  ),
  inheritedSocketUnusable: event(
    4030,
    "warning",
    "address",
    "The socket {object} that systemd handed over as descriptor {descriptor} cannot be used: {because}.",
    "Correct ListenStream= and Accept=no in the socket unit.",
  ),
  addressDenied: event(
    4050,
    "notice",
    "site",
    refuses,
    "If it should be let in, set a rule that allows it before the one that denies it in {setting}.",
    "access-refused",
  ),
  addressConnectionsReached: event(
    4051,
    "warning",
    "site",
    refuses,
    "Raise {setting}, or put the address into the setting exempt beside it if it is a proxy or a partner.",
    "access-refused",
  ),
  networkConnectionsReached: event(
    4052,
    "warning",
    "site",
    refuses,
    "Raise {setting}, or put the network into the setting exempt beside it if it is a proxy or a partner.",
    "access-refused",
  ),
  connectedTooOften: event(
    4053,
    "warning",
    "site",
    refuses,
    "Raise {setting}, or put the address into the setting exempt beside it if it is a proxy or a partner.",
    "access-refused",
  ),
  askedTooOften: event(
    4054,
    "warning",
    "site",
    refuses,
    "It is let in again by itself. Raise {setting}, or put the address into the setting exempt beside it.",
    "access-restricted",
  ),
  failedTooOften: event(
    4055,
    "warning",
    "site",
    refuses,
    "It is let in again by itself. Raise {setting}, or put the address into the setting exempt beside it.",
    "access-restricted",
  ),
  addressRestricted: event(
    4056,
    "notice",
    "site",
    refuses,
    "It is let in again by itself. To let it in now, put it into the setting exempt beside {setting}.",
    "access-restricted",
  ),
  proxyHeaderRefused: event(
    4057,
    "warning",
    "site",
    refuses,
    "Let the proxy send the PROXY protocol, or take its address out of {setting}.",
    "access-refused",
  ),
  refusalsCounted: event(
    4058,
    "notice",
    "site",
    "{object} refused {count} more within {seconds} s, from about {addresses} addresses, as {setting} says: {because}.",
  ),
  addressMemoryFull: event(
    4059,
    "warning",
    "service",
    "{object} counts more addresses than the {max} it has room for, so those with the least against them are forgotten.",
    "Deny the networks they come from by the setting access, or in a firewall before the server.",
    "access-restricted",
  ),
} as const;
