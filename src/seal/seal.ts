// Sealing a clear text to the keys in use, and opening it again. Sealing needs public keys only, so that a secret can
// be set while the machine key is away; no clear text and no key ever enters a fault.
import { type Fault, fault, type Subject } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Report } from "../event/event.ts";
import { decryptWith, encryptTo, toBytes, toText } from "./age.ts";
import { sealEvents } from "./events.ts";
import type { Identity } from "./identity.ts";
import { currentIds, type Keyring } from "./keyring.ts";
import type { Sealed } from "./sealed.ts";
import { type Trouble, trouble } from "./trouble.ts";

export const CLEAR_BYTES_MAX = 64 * 1024;

export async function sealText(
  clear: string,
  keyring: Keyring,
  subject: Subject<"secret">,
): Promise<Result<Sealed, Fault>> {
  const bytes = toBytes(clear);
  const attempted = `Cannot seal ${subject.name}`;
  if (bytes === undefined) return bad(fault(subject, attempted, "it is not well-formed text", "Give it as UTF-8"));
  if (bytes.length > CLEAR_BYTES_MAX)
    return bad(
      fault(subject, attempted, `it has ${bytes.length} bytes`, `Give a secret of at most ${CLEAR_BYTES_MAX} bytes`),
    );
  const age = await encryptTo([keyring.machine.recipient, keyring.recovery.recipient], bytes);
  return good({ $sealed: { keys: currentIds(keyring), age } });
}

/** What there is to open with; where there is nothing, why. `Keys` is one. */
export interface Opener {
  readonly identities: readonly Identity[];
  readonly lack?: Fault | undefined;
}

export async function openSealed(
  { $sealed }: Sealed,
  subject: Subject<"secret">,
  { identities, lack }: Opener,
): Promise<Result<string, Trouble>> {
  const named = identities.filter((it) => $sealed.keys.includes(it.id));
  const tried = named.length > 0 ? named : identities; // the ids are a note; only the text itself is proof
  const opened = await decryptWith(
    tried.map((it) => it.reveal()),
    $sealed.age,
  );
  const text = opened.ok && opened.value.length <= CLEAR_BYTES_MAX ? toText(opened.value) : undefined;
  if (text !== undefined) return good(text);

  const refused = (tell: (report: Report) => void): Trouble => trouble(subject, "Cannot open a secret", tell);
  const forOthers = !opened.ok && opened.error === "other-keys" && named.length === 0;
  if (!forOthers) {
    const reason = opened.ok
      ? `what was sealed is not text of at most ${CLEAR_BYTES_MAX} bytes`
      : damages[opened.error];
    return bad(refused((report) => report(sealEvents.secretDamaged, subject, { reason })));
  }
  const keys = $sealed.keys.join(", ");
  const found = identities.map((it) => it.id).join(", ");
  const why = refused((report) =>
    found === ""
      ? report(sealEvents.secretWithoutKey, subject, { reason: lack?.because ?? "none was given" })
      : report(sealEvents.secretForOtherKeys, subject, { keys, found }),
  );
  return bad(lack === undefined ? why : { ...why, remedy: lack.remedy });
}

const damages = {
  "other-keys": "its sealed text does not fit the keys it names",
  damaged: "its sealed text was changed or cut",
} as const;
