// Which keys this installation expects: `keys/keyring.json`, public halves only. It is made by "init", changed by
// the commands on keys, and never made anew because it is missing.
import { isObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import { isRecipient } from "./age.ts";
import { sealEvents } from "./events.ts";
import { type Identity, isKeyId, type KeyId, type KeyRole, keyId } from "./identity.ts";
import { type BadlyOwned, keySubject, readKeyFile, type Unreadable, unwritable } from "./key-file.ts";
import { FILE_BYTES_MAX, KEYRING, type KeyFolder, overwriteKeyring, writeNew } from "./key-folder.ts";
import { type Trouble, trouble } from "./trouble.ts";

export interface Keyring {
  readonly machine: PublicKey;
  readonly recovery: PublicKey;
  /** Keys that were in use before, the latest last: what is still sealed to one of them can be told so. */
  readonly former: readonly FormerKey[];
}

export interface PublicKey {
  readonly id: KeyId;
  readonly recipient: string;
  readonly createdMs: number;
}

export interface FormerKey {
  readonly id: KeyId;
  readonly createdMs: number;
  readonly retiredMs: number;
}

export type KeyringState =
  | { readonly at: "present"; readonly keyring: Keyring }
  | { readonly at: "missing"; readonly trouble: Trouble }
  | { readonly at: "damaged"; readonly reason: string; readonly trouble: Trouble }
  | Unreadable
  | BadlyOwned;

export async function readKeyring(folder: KeyFolder): Promise<KeyringState> {
  const file = readKeyFile(folder, KEYRING);
  const subject = keySubject(folder, KEYRING);
  const attempted = "Cannot tell which keys are expected";
  if (file.at === "missing") {
    const why = trouble(subject, attempted, (report) => report(sealEvents.keyringMissing, subject));
    return { at: "missing", trouble: why };
  }
  if (file.at !== "read") return file;

  const decoded = await decode(file.text);
  if (decoded.ok) return { at: "present", keyring: decoded.value };
  const reason = decoded.error;
  const why = trouble(subject, attempted, (report) => report(sealEvents.keyringDamaged, subject, { reason }));
  return { at: "damaged", reason, trouble: why };
}

/** `as`: a first keyring never takes the place of another, whoever wrote that one a moment ago. */
export function writeKeyring(folder: KeyFolder, keyring: Keyring, as: "first" | "change"): Result<void, Trouble> {
  const text = `${JSON.stringify({ format: FORMAT, ...keyring }, null, 2)}\n`;
  const done = as === "first" ? writeNew(folder, KEYRING, text) : overwriteKeyring(folder, text);
  return done.ok ? done : bad(unwritable(folder, KEYRING, done.error));
}

export const publicKey = (identity: Identity, createdMs: number): PublicKey => ({
  id: identity.id,
  recipient: identity.recipient,
  createdMs,
});

/** The keyring with a new key in its role; the one it had joins the former. */
export function withKey(keyring: Keyring, role: KeyRole, key: PublicKey): Keyring {
  const { id, createdMs } = keyring[role];
  const former = [...keyring.former, { id, createdMs, retiredMs: key.createdMs }].slice(-FORMER_MAX);
  return { ...keyring, [role]: key, former };
}

/** The ids of the keys that a secret is sealed to today. */
export const currentIds = (keyring: Keyring): readonly KeyId[] => [keyring.machine.id, keyring.recovery.id];

const FORMAT = 1;
const FORMER_MAX = 100;

async function decode(text: string): Promise<Result<Keyring, string>> {
  if (text.length > FILE_BYTES_MAX) return bad(`it is longer than ${FILE_BYTES_MAX} bytes`);
  const json = parsed(text);
  if (!isObject(json)) return bad("it is not a JSON object");
  const { format, machine: machineGiven, recovery: recoveryGiven, former, ...more } = json;
  if (format !== FORMAT) return bad(`its format is not ${FORMAT}`);
  if (Object.keys(more).length > 0) return bad("it has members that are not known");
  const machine = await decodeKey("machine", machineGiven);
  if (machine === undefined) return bad("its machine key is not a key with its id");
  const recovery = await decodeKey("recovery", recoveryGiven);
  if (recovery === undefined) return bad("its recovery key is not a key with its id");
  if (!Array.isArray(former) || former.length > FORMER_MAX || !former.every(isFormerKey))
    return bad("its list of former keys is not one");
  return good({ machine, recovery, former });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The id follows from the recipient: a changed letter in either is seen. */
async function decodeKey(role: KeyRole, given: unknown): Promise<PublicKey | undefined> {
  if (!isObject(given)) return undefined;
  const { id, recipient, createdMs } = given;
  if (typeof recipient !== "string" || !(await isRecipient(recipient))) return undefined;
  const expected = keyId(role, recipient);
  return id === expected && isTime(createdMs) ? { id: expected, recipient, createdMs } : undefined;
}

const isFormerKey = (given: unknown): given is FormerKey =>
  isObject(given) && isKeyId(given.id) && isTime(given.createdMs) && isTime(given.retiredMs);

const isTime = (given: unknown): given is number => Number.isSafeInteger(given);
