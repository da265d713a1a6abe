// Goes on with what is there at once, and with what is promised later: most answers of a session need no turn of the
// event loop, and thousands of commands a second feel it. It catches nothing.
import type { Soon } from "./ports.ts";

export const whenDone = <T, U>(value: Soon<T>, goOn: (value: T) => Soon<U>): Soon<U> =>
  value instanceof Promise ? value.then(goOn) : goOn(value);
