// What delivery can tell: one row per event, numbers 6050 to 6099. Rows only; who reports decides when.
import { event } from "../../event/event.ts";

export const deliverEvents = {
  hostAway: event(
    6050,
    "error",
    "site",
    "Mail of {object} for {destination} cannot be handed over as {setting} says: {remote} {because}. It waits, and is tried again {again}.",
    "See that the host and the way to it work: `inetsrv queue list` shows what waits. Look at {setting}.",
    "mail-smart-host",
  ),
  hostBack: event(
    6051,
    "notice",
    "site",
    "Mail of {object} for {destination} goes out again, after {failures} failures.",
  ),
  loginRefused: event(
    6052,
    "error",
    "site",
    "{remote}, which {setting} names, does not let {object} log in for mail to {destination}: {because}. The mail waits.",
    "Set user and password anew beside {setting}; they are used at the next try.",
    "mail-smart-host",
  ),
  notSecure: event(
    6053,
    "error",
    "site",
    "Mail of {object} for {destination} is not sent, as the connection to {remote} is not as safe as {setting} asks: {because}. The mail waits.",
    "Let the host get a certificate in its name from a known authority, or ask for less in {setting}.",
    "mail-tls",
  ),
  uncertain: event(
    6054,
    "warning",
    "site",
    "Nobody knows whether {remote} has taken message {id} of {object} for {address}: {because}. It is sent again, and may arrive twice.",
    "See `inetsrv mail find {id}` for when that was, and ask whoever runs the other server.",
  ),
  noticesBraked: event(
    6055,
    "warning",
    "site",
    "More notices for {sender} were due than are sent in a minute; what is above lies among the bad mail of {object}.",
    "Look with `inetsrv queue list` and `inetsrv mail badmail list` what {sender} sends: it may be a program in a loop, or a list with old addresses.",
  ),
  notRecorded: event(
    6056,
    "error",
    "service",
    "What became of {messages} messages cannot be written into the mail spool: {because}. Nothing more of them is sent until it can.",
    "Look at the disk that holds the spool. It goes on by itself.",
    "spool-disk-short",
  ),
  spoolUnread: event(
    6057,
    "error",
    "service",
    "The mail queue cannot be asked what is due: {because}.",
    "Look at the disk that holds the spool. It goes on by itself.",
    "spool-damaged",
  ),
  siteUnknown: event(
    6058,
    "warning",
    "site",
    "Mail in the queue came from {object}, which there is no more; it waits.",
    "Make the site again, or delete its mail with `inetsrv queue delete --site {object}`.",
  ),
} as const;
