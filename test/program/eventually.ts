// Waits until something is so, looking again in short steps, and tells what was waited for when it never comes.
const LOOK_AGAIN_MS = 20;
const WITHIN_MS = 15_000;

export async function eventually<T>(
  what: string | (() => string),
  look: () => T | false | undefined | Promise<T | false | undefined>,
  withinMs = WITHIN_MS,
): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endMs)
      throw new Error(`not within ${withinMs} ms: ${typeof what === "string" ? what : what()}`);
    await Bun.sleep(LOOK_AGAIN_MS);
  }
}
