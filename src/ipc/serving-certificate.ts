// A certificate as the services show it to clients: all that a handshake needs, fit to be sent to another process.
// Data only; the key in it goes nowhere but to the workers.
import { isObject } from "../base/json.ts";
import { PEM_LENGTH_MAX } from "../schema/kinds/pem.ts";

export interface ServingCertificate {
  /** The name of its entry. */
  readonly name: string;
  /** Host names that it answers for, in lower-case ASCII; `*.example.org` for one label more. */
  readonly names: readonly string[];
  /** PEM, its own certificate first. */
  readonly chain: string;
  /** PEM, PKCS#8. */
  readonly key: string;
  /** SHA-256 of its own certificate. */
  readonly fingerprint: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** No two versions of any certificate have the same: what is made of one is kept by it. */
  readonly generation: number;
}

const NAME_LENGTH_MAX = 255;
const NAMES_MAX = 20_000;

const isTextUpTo = (given: unknown, lengthMax: number): given is string =>
  typeof given === "string" && given.length > 0 && given.length <= lengthMax;

/** The check at the door of a worker. */
export const isServingCertificate = (given: unknown): given is ServingCertificate =>
  isObject(given) &&
  isTextUpTo(given.name, NAME_LENGTH_MAX) &&
  Array.isArray(given.names) &&
  given.names.length <= NAMES_MAX &&
  given.names.every((it) => isTextUpTo(it, NAME_LENGTH_MAX)) &&
  isTextUpTo(given.chain, PEM_LENGTH_MAX) &&
  isTextUpTo(given.key, PEM_LENGTH_MAX) &&
  isTextUpTo(given.fingerprint, NAME_LENGTH_MAX) &&
  [given.notBeforeMs, given.notAfterMs, given.generation].every(Number.isSafeInteger);
