// Waits for something of the server by asking again, with a limit. It tells what is waited for only when that changes.
import type { Context } from "./context.ts";

const ASK_EVERY_MS = 200;

export type Look<T> = { readonly is: T } | { readonly waitingFor: string };

/** What `look` found, or what was still waited for when the time was over. */
export async function waitFor<T>(
  { world, out }: Context,
  limitMs: number,
  look: () => Promise<Look<T>>,
): Promise<Look<T>> {
  const endMs = world.steadyMs() + limitMs;
  let told = "";
  for (;;) {
    const seen = await look();
    if ("is" in seen || world.steadyMs() >= endMs || world.ended.aborted) return seen;
    if (seen.waitingFor !== told) out.note(`Waiting for ${seen.waitingFor}`);
    told = seen.waitingFor;
    await world.pause(ASK_EVERY_MS);
  }
}
