// A value, or the reason why there is none. Whatever a peer, an operator, a disk or a network can cause comes back
// as one of these; exceptions are left to bugs.
export type Result<T, E> = Good<T> | Bad<E>;

export interface Good<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Bad<E> {
  readonly ok: false;
  readonly error: E;
}

export const good = <T>(value: T): Good<T> => ({ ok: true, value });
export const bad = <E>(error: E): Bad<E> => ({ ok: false, error });

/** The value where failure can only be a bug; the assertion carries what was found instead. */
export function expectGood<T, E>(result: Result<T, E>): T {
  if (result.ok) return result.value;
  throw new Error(`expected a value, found ${JSON.stringify(result.error)}`);
}
