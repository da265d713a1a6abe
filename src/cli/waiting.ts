// Waits for something of the server by asking again, with a limit, and tells what it waits for.
import type { Context } from "./context.ts";

const ASK_EVERY_MS = 200;
/** Where every text stays on the screen or in a file, it is not told more often. */
const TELL_EVERY_MS = 5000;

export type Look<T> = { readonly is: T } | { readonly waitingFor: string };

/** What `look` found, or what was still waited for when the time was over. */
export async function waitFor<T>(
  { world, out }: Context,
  limitMs: number,
  look: () => Promise<Look<T>>,
): Promise<Look<T>> {
  const endMs = world.steadyMs() + limitMs;
  let told = "";
  let tellMs = world.steadyMs();
  for (;;) {
    const seen = await look();
    if ("is" in seen || world.steadyMs() >= endMs || world.ended.aborted) {
      if (told !== "") out.progress("");
      return seen;
    }
    const text = `Waiting for ${seen.waitingFor}`;
    if (text !== told && (out.progressIsLive || world.steadyMs() >= tellMs)) {
      out.progress(text);
      told = text;
      tellMs = world.steadyMs() + TELL_EVERY_MS;
    }
    await world.pause(ASK_EVERY_MS);
  }
}
