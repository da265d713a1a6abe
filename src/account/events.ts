// What logins can tell: one row per event, numbers 5100 to 5199. A name that no account has is never told: people type
// their password there.
import { event } from "../event/event.ts";

export const accountEvents = {
  addressBlocked: event(
    5100,
    "warning",
    "address",
    "{object} may not log in until {until}: {failures} logins failed from there, the last one at {place}.",
    "If it is a device with an old password, change it there and lift the block with `inetsrv user unblock {object}`; an address that is never to be blocked belongs into account/allowList.",
    "account-blocked",
  ),
  accountBlocked: event(
    5101,
    "warning",
    "account",
    "{object} may not log in until {until}, but from where it logged in lately: {failures} logins failed, the last one from {address} at {place}.",
    "Lift it with `inetsrv user unblock {object}`. If somebody guesses at the password, take addresses away from him with the rules of the site.",
    "account-blocked",
  ),
  blocksBeyond: event(
    5102,
    "warning",
    "setting",
    "{count} more addresses and accounts were blocked within a minute after failed logins, as {object} asks.",
    "See them all with `inetsrv user blocks`: many addresses at once are an attack, and every one of them waits.",
    "account-blocked",
  ),
  addressUnblocked: event(5103, "notice", "address", "{object} may log in again: {who} lifted the block."),
  accountUnblocked: event(5104, "notice", "account", "{object} may log in again: {who} lifted the block."),
  loginFailed: event(5110, "info", "address", "A login from {object} at {place} failed ({trace}): {because}."),
  loginsFailed: event(
    5111,
    "info",
    "setting",
    "{count} more logins failed within a minute; {object} decides what follows.",
  ),
  loginsTurnedAway: event(
    5120,
    "warning",
    "setting",
    "{count} logins within a minute were told to try later, as more came than {object} lets wait.",
    "On a machine with more processors raise account/checksAtOnce; see with `inetsrv user blocks` who asks so often.",
    "account-logins-busy",
  ),
  passwordsUnchecked: event(
    5121,
    "error",
    "setting",
    "Passwords cannot be checked, so that nobody can log in: {because}.",
    "Give the machine more memory, or lower {object} or account/checksAtOnce.",
    "account-logins-busy",
  ),
  passwordRenewed: event(5130, "info", "account", "The password {label} of {object} was hashed anew when it was used."),
  passwordNotRenewed: event(
    5131,
    "warning",
    "account",
    "The password {label} of {object} could not be hashed anew: {because}.",
    "It is taken as before, and tried again at the next login; see `inetsrv status` for what is wrong with the configuration.",
  ),
} as const;
