// Secrets on their way out: a text sealed under a passphrase, which the ordinary `age -d` asks for. The passphrase
// comes from a person and goes nowhere.
import { type Fault, fault, type Subject } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { decryptUnder, encryptUnder, toBytes, toText } from "./age.ts";

export const PASSPHRASE_LENGTH_MIN = 10;
const PASSPHRASE_LENGTH_MAX = 1024;
export const EXPORT_BYTES_MAX = 64 * 1024 * 1024;

/** Two seconds of work for us, and as much for each guess of somebody else; what age itself uses. */
const WORK_FACTOR = 18;

export async function sealUnderPassphrase(
  text: string,
  passphrase: string,
  subject: Subject,
  workFactor: number = WORK_FACTOR,
): Promise<Result<string, Fault>> {
  const refused = (because: string, remedy: string): Result<never, Fault> =>
    bad(fault(subject, "Cannot seal under a passphrase", because, remedy));
  const { length } = passphrase;
  if (length < PASSPHRASE_LENGTH_MIN || length > PASSPHRASE_LENGTH_MAX)
    return refused(
      `it has ${length} characters`,
      `Choose one of ${PASSPHRASE_LENGTH_MIN} to ${PASSPHRASE_LENGTH_MAX}, best four or five words drawn by lot`,
    );
  const bytes = toBytes(text);
  if (bytes === undefined) return refused("the text is not well-formed", "Give it as UTF-8");
  if (bytes.length > EXPORT_BYTES_MAX)
    return refused(`the text has ${bytes.length} bytes`, `Seal at most ${EXPORT_BYTES_MAX} at once`);
  return good(await encryptUnder(passphrase, workFactor, bytes));
}

export async function openWithPassphrase(
  armored: string,
  passphrase: string,
  subject: Subject,
): Promise<Result<string, Fault>> {
  const refused = (because: string, remedy: string): Result<never, Fault> =>
    bad(fault(subject, `Cannot open ${subject.name}`, because, remedy));
  if (armored.length > 2 * EXPORT_BYTES_MAX) return refused("it is too long", "Give a file that was exported");
  const opened = await decryptUnder(passphrase, armored);
  if (!opened.ok)
    return opened.error === "other-keys"
      ? refused("it is not sealed under this passphrase", "Try again")
      : refused("its sealed text was changed or cut", "Take another copy, or export again");
  const text = toText(opened.value);
  return text === undefined ? refused("what was sealed is not text", "Give a file that was exported") : good(text);
}
