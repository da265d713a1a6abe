// What the event log says about itself. Rows only; numbers 3100 to 3199.
import { event } from "./event.ts";

export const logEvents = {
  diskFull: event(
    3100,
    "error",
    "file",
    "Events cannot be kept in {object}: {reason}.",
    "Make room on that disk. Until then events are shown here only; the log tries again by itself.",
    "disk-full",
  ),
  unwritable: event(
    3101,
    "error",
    "file",
    "Events cannot be kept in {object}: {reason}.",
    "See who owns the file and its folder, and that the account of the server may write there. Until then events are shown here only; the log tries again by itself.",
    "file-permissions",
  ),
  writableAgain: event(3102, "notice", "file", "{object} is written again after {seconds} s, no event is missing."),
  eventsDropped: event(
    3103,
    "warning",
    "file",
    "{count} events were dropped while {object} could not be written for {seconds} s.",
    "They were shown where the server runs: see its terminal or the system's journal for that time.",
    "log-silently-off",
  ),
  linesLost: event(
    3104,
    "warning",
    "file",
    "The server ended while {object} could not be written, {count} events are missing from it.",
    "They were shown where the server runs: see its terminal or the system's journal for that time.",
    "log-silently-off",
  ),
  rotationFailed: event(
    3105,
    "warning",
    "file",
    "{object} is full and could not be set aside for a new one: {reason}.",
    "See that the account of the server may rename files in that folder. The file takes events until it has twice its size.",
  ),
  lineTorn: event(
    3106,
    "notice",
    "file",
    "The last line of {object} is cut off: the server or the machine ended while writing it.",
  ),
} as const;
