// All that the key folder holds, read at once: which keys are expected, what is so with the machine key, and with
// what secrets can be opened. Reads only; see replace-machine-key.ts for every state the files can be in.
import { sealEvents } from "./events.ts";
import { Identity } from "./identity.ts";
import { keySubject, readKeyFile } from "./key-file.ts";
import { type KeyFolder, MACHINE_KEY, NEXT_MACHINE_KEY } from "./key-folder.ts";
import { type KeyringState, readKeyring } from "./keyring.ts";
import { identityIn, isRight, type MachineKeyState, OTHERS, octal, readMachineKey, troubleOf } from "./machine-key.ts";
import type { Opener } from "./seal.ts";
import { type Trouble, trouble } from "./trouble.ts";

export interface Keys extends Opener {
  readonly keyring: KeyringState;
  /** The key that the keyring names, in whichever of the two files it is. */
  readonly machine: MachineKeyState;
  readonly file: MachineKeyState;
  readonly next: MachineKeyState;
  /** Neither a keyring nor a key. */
  readonly none: boolean;
  readonly troubles: readonly Trouble[];
}

export async function readKeys(folder: KeyFolder): Promise<Keys> {
  const keyring = await readKeyring(folder);
  const expected = keyring.at === "present" ? keyring.keyring.machine.id : undefined;
  const file = await readMachineKey(folder, expected);
  const next = await readMachineKey(folder, expected, NEXT_MACHINE_KEY);
  const machine = isRight(next) && !isRight(file) ? next : file;
  return {
    keyring,
    machine,
    file,
    next,
    identities: [file, next].flatMap((it) => identityIn(it) ?? []),
    lack: isRight(machine) ? undefined : troubleOf(machine),
    none: keyring.at === "missing" && file.at === "missing" && next.at === "missing",
    troubles: [
      troubleOf(machine),
      keyring.at === "present" ? undefined : keyring.trouble,
      next.at === "missing" ? undefined : unfinished(folder),
      openFolder(folder),
    ].filter((it) => it !== undefined),
  };
}

/** Everything to be said at a start, most important first. A home that holds no secret may well have no keys. */
export const keyTroubles = (keys: Keys, secrets: number): readonly Trouble[] =>
  keys.none && secrets === 0 ? [] : keys.troubles;

/** Keys that were set aside: they serve no service, but "reseal" may still open with them what is old. */
export async function readKeptKeys(folder: KeyFolder): Promise<readonly Identity[]> {
  const kept: Identity[] = [];
  for (const name of keptNames(folder)) {
    const file = readKeyFile(folder, name);
    const parsed = file.at === "read" ? await Identity.parse("machine", file.text) : undefined;
    if (parsed?.ok) kept.push(parsed.value);
  }
  return kept;
}

export const keptNames = (folder: KeyFolder): readonly string[] =>
  folder
    .names()
    .filter((name) => name.startsWith(MACHINE_KEY) && name.endsWith(".aside"))
    .slice(-KEPT_MAX);
const KEPT_MAX = 100;

function unfinished(folder: KeyFolder): Trouble {
  const subject = keySubject(folder, NEXT_MACHINE_KEY);
  return trouble(subject, "The machine key is being changed", (report) =>
    report(sealEvents.rotationUnfinished, subject),
  );
}

function openFolder(folder: KeyFolder): Trouble | undefined {
  const mode = folder.ownership("folder")?.mode ?? 0;
  if ((mode & OTHERS) === 0) return undefined;
  const subject = keySubject(folder);
  return trouble(subject, "The key folder is not safe", (report) =>
    report(sealEvents.keyFolderTooOpen, subject, { mode: octal(mode) }),
  );
}
