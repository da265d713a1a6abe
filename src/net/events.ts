// What sockets can tell: one row per event, numbers 4000 to 4199. Rows only; who reports decides when.
import { event } from "../event/event.ts";

const cannotListen = "Cannot listen on {object}, as {setting} asks: {because}.";

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
} as const;
