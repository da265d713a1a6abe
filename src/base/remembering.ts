// The same function of a text, which remembers what it made of those that come again and again. Within a bound, as strangers may
// choose the texts: whoever sends others all the time has them forgotten.

/** More texts than that are never known at a time. */
const TEXTS_MAX = 1000;
/** Longer ones are made anew each time. */
const CHARACTERS_MAX = 500;

export function remembering<T>(make: (text: string) => T): (text: string) => T {
  let known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (text.length > CHARACTERS_MAX) return made;
    if (known.size >= TEXTS_MAX) known = new Map();
    known.set(text, made);
    return made;
  };
}
