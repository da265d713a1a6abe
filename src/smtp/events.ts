// What the SMTP service can tell of taking mail: one row per event, numbers 6000 to 6049. Rows only; who reports decides
// when.
import { event } from "../event/event.ts";

const later = "{because}. Senders are asked to try again later.";
const thenRestart = "{remedy}, then inetsrv restart smtp.";

export const smtpEvents = {
  openRelayRefused: event(
    6001,
    "error",
    "site",
    "The site {object} was not opened, as it would be an open relay: {because}.",
    "Name in {object}/relay only those who may send through it; inetsrv smtp why shows what a rule does.",
    "open-relay",
  ),
  openRelay: event(
    6002,
    "warning",
    "site",
    "The site {object} is an open relay, as its setting openRelay wants it: {because}.",
    "Name in {object}/relay only those who may send through it, and unset {object}/openRelay.",
    "open-relay",
  ),
  spoolClosed: event(
    6003,
    "error",
    "file",
    `The mail spool {object} cannot be opened: ${later}`,
    thenRestart,
    "spool-damaged",
  ),
  spoolNotOurs: event(
    6004,
    "error",
    "file",
    `The user of the services may not use the mail spool {object}: ${later}`,
    thenRestart,
    "file-permissions",
  ),
  spoolWithoutRoom: event(
    6005,
    "error",
    "file",
    `There is no room on the disk to open the mail spool {object}: ${later}`,
    thenRestart,
    "disk-full",
  ),
  spoolNewer: event(
    6006,
    "error",
    "file",
    `A newer release has written the mail spool {object}: ${later}`,
    thenRestart,
    "component-mismatch",
  ),
  messageLoops: event(
    6010,
    "warning",
    "site",
    "A message of {sender} from {address} was refused at {object}, as it has passed {hops} servers and runs in a circle.",
    "Two servers hand mail for the domain to each other: look at the routes of both. Where the way is so long, raise {object}/hopsMax.",
  ),
};
