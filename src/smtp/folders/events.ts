// What the folders of mail can tell: one row per event, numbers 6100 to 6129. Rows only; who reports decides when.
import { event } from "../../event/event.ts";

export const folderEvents = {
  pickupMalformed: event(
    6100,
    "warning",
    "site",
    "The file {file} in the pickup folder of {object} could not be sent: {because} It lies among the bad mail as {id}.",
    "See `inetsrv mail badmail show {id}`. Mend the program that wrote it; a file that was mended is sent with `inetsrv mail badmail resend {id}`.",
    "mail-pickup",
  ),
  pickupPassedOver: event(
    6101,
    "warning",
    "site",
    "The file {file} in the pickup folder of {object} is not taken: {because}.",
    "Let the program write an ordinary file that the user of the services may read, in a folder without the sticky bit; it is looked at again by itself.",
    "mail-pickup",
  ),
  pickupUnusable: event(
    6102,
    "error",
    "site",
    "No mail is taken from the pickup folder {folder} of {object}: {because}.",
    "Give the folder to the user of the services, or name another one in {object}/pickupFolder. It is tried again by itself.",
    "mail-pickup",
  ),
  pickupUsable: event(6103, "notice", "site", "Mail is taken from the pickup folder {folder} of {object} again."),
  pickupOpenToAll: event(
    6104,
    "warning",
    "site",
    "Everybody on this machine may put mail into the pickup folder {folder} of {object}, and all of it is sent without further question.",
    "Let only a group write there: `chgrp GROUP {folder}` and `chmod 2770 {folder}`.",
    "mail-pickup",
  ),
  pickupUncertain: event(
    6105,
    "error",
    "site",
    "The file {file} in the pickup folder of {object} cannot be sent now: {because}. It is kept in {folder} and tried again.",
    "Mend what keeps it from being read or kept; nothing is lost.",
    "mail-pickup",
  ),
  badmailUnwritable: event(
    6110,
    "error",
    "site",
    "Bad mail of {object} cannot be kept in {folder}: {because}. It stays where it was, and is tried again.",
    "Make room, give the folder to the user of the services, or name another one in {object}/badmailFolder.",
    "mail-badmail",
  ),
  badmailTrimmed: event(
    6111,
    "warning",
    "site",
    "{messages} of the oldest bad messages of {object} were removed from {folder}, as badmailAge and badmailSize ask.",
    "Look at what comes there with `inetsrv mail badmail list`, and mend what causes it; raise {object}/badmailAge or {object}/badmailSize to keep more.",
    "mail-badmail",
  ),
} as const;
