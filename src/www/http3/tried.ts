// What is asked of a stream of the runtime that may be gone by now: it throws then, or says no.

/** Undefined where it throws. */
export function tried<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
