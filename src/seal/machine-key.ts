// The machine key as a file that the ordinary `age -d -i` takes, and the union of everything that can be so with it.
// Reads only; a key that is missing or wrong is told and never replaced here.
import { bad, type Result } from "../base/result.ts";
import { sealEvents } from "./events.ts";
import { Identity, type KeyId } from "./identity.ts";
import { type BadlyOwned, keySubject, readKeyFile, type Unreadable, unwritable } from "./key-file.ts";
import { FILE_BYTES_MAX, type KeyFolder, MACHINE_KEY, writeNew } from "./key-folder.ts";
import { type Trouble, trouble } from "./trouble.ts";

export type MachineKeyState =
  | ({ readonly at: "present" } & Held)
  /** Used with a warning: the harm of an open file is done already, refusing would add a standstill to it. */
  | ({ readonly at: "too-open"; readonly trouble: Trouble } & Held)
  /** Opens what is sealed to it, but is not the key that the keyring names. */
  | ({ readonly at: "other-key"; readonly expected: KeyId; readonly trouble: Trouble } & Held)
  | { readonly at: "missing"; readonly trouble: Trouble }
  | { readonly at: "damaged"; readonly reason: string; readonly trouble: Trouble }
  | Unreadable
  | BadlyOwned;

interface Held {
  readonly identity: Identity;
  readonly uid: number;
  readonly mode: number;
  /** As the comment in the file has it. */
  readonly createdMs: number | undefined;
}

/** `expected`: the key that the keyring names; without a keyring every key is as good. */
export async function readMachineKey(
  folder: KeyFolder,
  expected: KeyId | undefined,
  name: string = MACHINE_KEY,
): Promise<MachineKeyState> {
  const subject = keySubject(folder, name);
  const attempted = "Cannot use the machine key";
  const file = readKeyFile(folder, name);
  if (file.at === "missing") {
    const why = trouble(subject, attempted, (report) =>
      report(sealEvents.machineKeyMissing, subject, { expected: expected ?? "a machine key" }),
    );
    return { at: "missing", trouble: why };
  }
  if (file.at !== "read") return file;

  const parsed = await parse(file.text);
  if (!parsed.ok) {
    const reason = parsed.error;
    const why = trouble(subject, attempted, (report) => report(sealEvents.machineKeyDamaged, subject, { reason }));
    return { at: "damaged", reason, trouble: why };
  }

  const held = { identity: parsed.value, uid: file.uid, mode: file.mode, createdMs: createdIn(file.text) };
  const found = parsed.value.id;
  if (expected !== undefined && found !== expected) {
    const why = trouble(subject, attempted, (report) =>
      report(sealEvents.machineKeyOther, subject, { found, expected }),
    );
    return { at: "other-key", expected, trouble: why, ...held };
  }
  if ((file.mode & OTHERS) === 0) return { at: "present", ...held };
  const why = trouble(subject, "The machine key is not safe", (report) =>
    report(sealEvents.machineKeyTooOpen, subject, { mode: octal(file.mode) }),
  );
  return { at: "too-open", trouble: why, ...held };
}

/** It holds the key that is expected. */
export const isRight = (state: MachineKeyState): state is MachineKeyState & { readonly at: "present" | "too-open" } =>
  state.at === "present" || state.at === "too-open";

/** The key in it, expected or not. */
export const identityIn = (state: MachineKeyState): Identity | undefined =>
  "identity" in state ? state.identity : undefined;

export const troubleOf = (state: MachineKeyState): Trouble | undefined =>
  state.at === "present" ? undefined : state.trouble;

/** A new file; a name that is taken is a trouble. */
export function writeMachineKey(
  folder: KeyFolder,
  name: string,
  identity: Identity,
  createdMs: number,
): Result<void, Trouble> {
  const created = new Date(createdMs).toISOString();
  const lines = [`# inetsrv: ${identity.id}`, `# created: ${created}`, `# public key: ${identity.recipient}`];
  const done = writeNew(folder, name, `${[...lines, identity.reveal()].join("\n")}\n`);
  return done.ok ? done : bad(unwritable(folder, name, done.error));
}

/** Bits of a mode that let the group or everybody in. */
export const OTHERS = 0o077;
export const octal = (mode: number): string => mode.toString(8).padStart(4, "0");

async function parse(text: string): Promise<Result<Identity, string>> {
  if (text.length > FILE_BYTES_MAX) return bad(`it is longer than ${FILE_BYTES_MAX} bytes`);
  return Identity.parse("machine", text);
}

function createdIn(text: string): number | undefined {
  const written = Date.parse(/^# created: (\S+)$/m.exec(text)?.[1] ?? "");
  return Number.isNaN(written) ? undefined : written;
}
