// What a SASL mechanism is: the answers it waits for, one after the other, each of which leads to the next or to a
// verdict. Data and functions; no protocol that carries it, and no base64.
import type { From, Login, Verdict } from "../login.ts";

/** All a mechanism may ask of the world. */
export interface SaslWorld {
  readonly login: Login;
  readonly from: From;
  /** Text that nobody can foresee, without comma. */
  nonce(): string;
}

/** Takes one response of the client. */
export type Turn = (response: Uint8Array) => Promise<Move> | Move;

export type Move =
  | { readonly is: "ask"; readonly challenge: string; readonly next: Turn }
  /** `lastWords` go to the client together with the good news. */
  | { readonly is: "verdict"; readonly verdict: Verdict; readonly lastWords?: string }
  /** What the client sent is not what the mechanism says. */
  | { readonly is: "malformed"; readonly because: string };

export interface Mechanism {
  readonly name: string;
  /** The RFC that defines it, as a command row has it. */
  readonly rfc?: string;
  /** Who listens has the password: never without TLS, unless the site says so. */
  readonly tellsPassword: boolean;
  isOffered(login: Login): boolean;
  /** What is asked of a client that said nothing together with the name of the mechanism. */
  readonly opening: string;
  begin(world: SaslWorld): Turn;
}

export const malformed = (because: string): Move => ({ is: "malformed", because });

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Undefined where the bytes are no UTF-8, or hold NUL, which no name and no password has. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
