// What the key room reports, and so what its faults say. Numbers 3000 to 3099; a number never changes its meaning.
import { event } from "../event/event.ts";

const RECOVER = 'Put the file back from a copy, or run "inetsrv keys recover" with the recovery key.';
const KEEP_AWAY = "Keep the recovery key away from this machine; it is not stored here.";
const OWN = 'Run: chown {owner} "{object}" && chmod 600 "{object}"';

export const sealEvents = {
  keysCreated: event(
    3000,
    "notice",
    "key",
    "{object} was created: the machine key is {machine}, the recovery key {recovery}.",
    KEEP_AWAY,
  ),
  machineKeyRotated: event(3001, "notice", "key", "{object} is now {machine}; before it was {former}."),
  machineKeyRecovered: event(
    3002,
    "notice",
    "key",
    "{object} was made anew as {machine}, by means of the recovery key {recovery}.",
  ),
  recoveryKeyReplaced: event(
    3003,
    "notice",
    "key",
    "{object} now names {recovery} as the recovery key; before it was {former}.",
    KEEP_AWAY,
  ),
  secretsResealed: event(
    3004,
    "notice",
    "key",
    "{object}: {done} of {total} secrets were sealed anew to its keys.",
    'What could not be opened was left as it is; "inetsrv keys status" names it.',
  ),

  machineKeyMissing: event(
    3010,
    "error",
    "key",
    "{object} is missing; {expected} is expected there.",
    RECOVER,
    "machine-key",
  ),
  machineKeyOther: event(
    3011,
    "error",
    "key",
    "{object} is {found}, but {expected} is expected there.",
    RECOVER,
    "machine-key",
  ),
  machineKeyDamaged: event(3012, "error", "key", "{object} does not hold a key: {reason}.", RECOVER, "machine-key"),
  machineKeyTooOpen: event(
    3013,
    "warning",
    "key",
    "{object} is open to others (mode {mode}); it is used all the same.",
    'Run: chmod 600 "{object}"; if others may have read it, also "inetsrv keys rotate"',
    "file-permissions",
  ),
  keyFileUnreadable: event(
    3014,
    "error",
    "key",
    "{object} cannot be read by {user}: {reason}; it should belong to uid {owner}.",
    OWN,
    "file-permissions",
  ),
  keyFileBadlyOwned: event(
    3015,
    "error",
    "key",
    "{object} belongs to uid {uid} and is not used; it should belong to uid {owner}.",
    OWN,
    "file-permissions",
  ),
  keyFileUnwritable: event(
    3016,
    "error",
    "key",
    "{object} cannot be written by {user}: {reason}.",
    "Mend that and run the command again; no key and no secret was lost.",
    "file-permissions",
  ),
  keyFolderTooOpen: event(
    3017,
    "warning",
    "key",
    "{object} is open to others (mode {mode}).",
    'Run: chmod 700 "{object}"',
    "file-permissions",
  ),

  keyringMissing: event(
    3020,
    "error",
    "key",
    "{object} is missing: nothing tells which keys are expected.",
    `${RECOVER} On a new home: "inetsrv init".`,
    "machine-key",
  ),
  keyringDamaged: event(3021, "error", "key", "{object} is damaged: {reason}.", RECOVER, "machine-key"),
  rotationUnfinished: event(
    3022,
    "warning",
    "key",
    "{object} waits: a change of the machine key was not finished.",
    'Run "inetsrv keys rotate" to finish it, or "inetsrv keys recover" when the machine key is lost.',
    "machine-key",
  ),

  secretWithoutKey: event(
    3030,
    "error",
    "secret",
    "{object} needs the machine key: {reason}.",
    '"inetsrv keys status" tells what is wrong with the key and what mends it.',
    "machine-key",
  ),
  secretForOtherKeys: event(
    3031,
    "error",
    "secret",
    "{object} is sealed to {keys}; at hand is {found}.",
    'Run "inetsrv keys reseal --recovery-key" with the recovery key among these, or set it anew: inetsrv config set "{object}"',
    "machine-key",
  ),
  secretDamaged: event(
    3032,
    "error",
    "secret",
    "{object} is damaged: {reason}.",
    'Revert the change that damaged it, or set it anew: inetsrv config set "{object}"',
    "machine-key",
  ),
} as const;
