// What certificates can tell: one row per event, numbers 5000 to 5099. Rows only; who reports decides when.
import { event } from "../event/event.ts";

const ENDS = "Certificate {object} ends in {days} days, on {until}.";

export const certificateEvents = {
  serves: event(5000, "notice", "certificate", "Certificate {object} serves {names} until {until}."),
  renewed: event(
    5001,
    "notice",
    "certificate",
    "Certificate {object} was renewed: it serves {names} until {until}, before it was until {before}.",
  ),
  removed: event(5002, "notice", "certificate", "Certificate {object} does not serve any more: its entry was removed."),

  renewalRefused: event(
    5010,
    "warning",
    "certificate",
    "The new version of certificate {object} is not taken, and the old one serves until {until}: {because}.",
    "{remedy}",
    "certificate-not-taken",
  ),
  unusable: event(
    5011,
    "error",
    "certificate",
    "Certificate {object} cannot serve: {because}.",
    "{remedy}",
    "certificate-not-taken",
  ),
  notMadeAnew: event(
    5012,
    "warning",
    "certificate",
    "Certificate {object} is self-signed, ends on {until} and could not be made anew: {because}.",
    'Make it by hand: inetsrv cert self-signed "{object}" HOST',
  ),

  endsInAMonth: event(5020, "notice", "certificate", ENDS, "{remedy}"),
  endsInTwoWeeks: event(5021, "warning", "certificate", ENDS, "{remedy}", "certificate-expired"),
  endsInDays: event(5022, "error", "certificate", ENDS, "{remedy}", "certificate-expired"),
  expired: event(
    5023,
    "error",
    "certificate",
    "Certificate {object} has expired on {until}; clients refuse it.",
    "{remedy}",
    "certificate-expired",
  ),

  namesFight: event(
    5030,
    "warning",
    "certificate",
    "Certificates {object} and {others} are for the same names, {hosts}; {shown} is shown.",
    "Remove the one that is not wanted: inetsrv cert remove NAME. Or name the right one in the site.",
  ),
} as const;
