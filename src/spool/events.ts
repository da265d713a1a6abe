// What the spool can tell: one row per event, numbers 5200 to 5249. Rows only; who reports decides when.
import { event } from "../event/event.ts";

export const spoolEvents = {
  salvaged: event(
    5201,
    "error",
    "file",
    "The mail spool {object} could not be used: {because}. What reads was brought over: {messages} messages; {lost} that were in the queue are lost, and {adopted} were taken up from their body files. {where}.",
    "Look at the disk and at what switched the machine off; `inetsrv queue list` shows what there is.",
    "spool-damaged",
  ),
  roomShort: event(
    5202,
    "error",
    "file",
    "No mail is accepted, as the disk that holds {object} is short of room: {because}. What is in the queue goes on.",
    "Make room on that disk; mail is accepted again by itself.",
    "spool-disk-short",
  ),
  roomAgain: event(5203, "notice", "file", "The disk that holds {object} has room again, and mail is accepted."),
  reserveGiven: event(
    5204,
    "warning",
    "file",
    "The disk that holds {object} is full; the reserve of the spool was given up, so that deliveries can be recorded.",
    "Make room on that disk; the reserve is made again when the service starts with room for it.",
    "spool-disk-short",
  ),
  damageMet: event(
    5205,
    "critical",
    "file",
    "The mail spool {object} is damaged: {because}. Nothing is acknowledged that is not kept.",
    "Stop the SMTP service and start it again: what reads is brought over into a new spool.",
    "spool-damaged",
  ),
  bodyLost: event(
    5206,
    "error",
    "file",
    "The body of message {id} in {object} cannot be read: {because}.",
    "Look at the disk. See `inetsrv mail find {id}` for whose it is, and delete it from the queue when it cannot be brought back.",
    "spool-damaged",
  ),
  writeFailed: event(
    5207,
    "error",
    "file",
    "The mail spool {object} cannot be written: {because}. Senders are asked to try again later.",
    "Look at the disk that holds it, and at the rights of the folder.",
    "spool-disk-short",
  ),
  threadEnded: event(
    5208,
    "critical",
    "file",
    "The thread that keeps the mail spool {object} has ended: {because}. This process takes no more mail.",
    "The service should be started again; tell us of it with the log.",
    "spool-damaged",
  ),
  interrupted: event(
    5210,
    "warning",
    "file",
    "A delivery process ended over {recipients} recipients in {object}; they are tried again, and some may get a message twice: {some}.",
    "See `inetsrv mail find` for each of them.",
  ),
};
