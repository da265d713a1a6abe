// The same function of settings, which gives back what it made before where nothing that it reads is another: what thousands of
// sites inherit is made once, and lies in one place of the memory. They are opened one after the other, and each is compared
// with the one before.
import { isDeepStrictEqual } from "node:util";

/** `keys`: what `make` reads. */
export function sharing<Values extends object, Key extends keyof Values, Made>(
  keys: readonly Key[],
  make: (values: Pick<Values, Key>) => Made,
): (values: Pick<Values, Key>) => Made {
  let last: { readonly values: Pick<Values, Key>; readonly made: Made } | undefined;
  return (given) => {
    const before = last;
    if (before !== undefined && keys.every((key) => isDeepStrictEqual(given[key], before.values[key])))
      return before.made;
    const values = Object.fromEntries(keys.map((key) => [key, given[key]])) as Pick<Values, Key>;
    last = { values, made: make(values) };
    return last.made;
  };
}
