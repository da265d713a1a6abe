// What was thrown, as text: anything can be thrown, and most of it is an Error. Pure.

/** The sentence of it. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** The same with the places it came through, for what only a bug can cause. */
export const traceOf = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
