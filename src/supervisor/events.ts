// What the supervisor can tell: one row per event, numbers 1000 to 1199. Rows only; who reports decides when.
import { event } from "../event/event.ts";

export const supervisorEvents = {
  serverUp: event(1000, "notice", "home", "The server of {object} is up: version {version}, revision {revision}."),
  serverDown: event(1001, "notice", "home", "The server of {object} is down."),
  serverEnds: event(1002, "notice", "home", "The server of {object} goes down: {by}."),
  fallenServer: event(
    1003,
    "warning",
    "home",
    "The server that had {object} before (process {pid}) did not end in order.",
    "Nothing is to be done: what was acknowledged is kept. If nobody killed it, look for the cause: inetsrv events --level error",
    "unclean-end",
  ),

  programFault: event(
    1004,
    "critical",
    "process",
    "The server (process {object}) ends because of a fault in the program: {because}.",
    "Start it again: inetsrv up. Please report the fault with the lines before it: inetsrv events --last 50",
    "internal-error",
  ),

  serviceState: event(1010, "info", "service", "{object} is {state}{sites}."),
  serviceAsked: event(1011, "notice", "service", "{by} asked {object} to {verb}."),
  workerLost: event(
    1020,
    "error",
    "service",
    "A worker of {object} (process {pid}) was lost: {because}. It is started again in {delay}.",
    "If it happens again, look at what it said before: inetsrv events --service {object}",
    "crash-loop",
  ),
  crashLoop: event(
    1021,
    "critical",
    "service",
    "{object} was lost {losses} times within minutes, last because {because}. It is tried only every {delay} from now on.",
    "Mend the cause, then: inetsrv start {object}",
    "crash-loop",
  ),
  workerOverdue: event(
    1022,
    "warning",
    "service",
    "A worker of {object} (process {pid}) was ended by force: {because}.",
    "Give it more time to finish its connections: inetsrv config set {object}/drainTimeout 2m",
  ),
  replaced: event(1023, "notice", "service", "The workers of {object} were replaced without a gap."),
  notReplaced: event(
    1024,
    "error",
    "service",
    "The workers of {object} could not be replaced: {because}. The old ones go on serving.",
    "Mend the cause, then: inetsrv restart {object}",
    "crash-loop",
  ),
  releaseRefused: event(
    1025,
    "critical",
    "service",
    "A worker of {object} refuses to join: {because}.",
    "{remedy}",
    "component-mismatch",
  ),

  siteAsked: event(1029, "notice", "site", "{by} asked {object} to {verb}."),
  siteState: event(1030, "info", "site", "{object} is {state}{where}."),
  siteFault: event(1031, "error", "site", "{object}: {attempted}: {because}.", "{remedy}", "configuration-refused"),
  siteKept: event(
    1032,
    "error",
    "site",
    "{object} goes on with its old settings, as those of revision {revision} cannot start: {because}.",
    "{remedy} Or go back: inetsrv config revert",
    "configuration-refused",
  ),

  controlAnswerFailed: event(
    1040,
    "error",
    "command",
    "{object} could not be carried out: {because}.",
    "This is a fault of the program; please report it with the lines around it: inetsrv events --last 20",
    "internal-error",
  ),
  serviceUserMissing: event(
    1041,
    "error",
    "account",
    "Services cannot run as {object}: no such user on this machine.",
    "Create it (useradd --system {object}) or name another: inetsrv config set server/serviceUser nobody",
    "service-account",
  ),

  metricsNonsense: event(
    1090,
    "warning",
    "process",
    "What process {object}, a worker of {service}, has counted makes no sense and is left out of the metrics: {flaw}.",
    "This is a fault of the program; please report it. A new worker may count right: inetsrv restart {service}",
  ),
  metricsServed: event(1091, "notice", "address", "Metrics are given out on {object}."),
  metricsRefused: event(
    1092,
    "warning",
    "address",
    "{object} asked for the metrics, and may not have them.",
    "If it may, add its address or network to what stands there: inetsrv config get server/metricsAllow",
  ),
} as const;
