// Starts the thread of the spool, or takes one that was started before it was needed: a worker loads the program's files
// while it may still read them. It says nothing to the thread.

/** In the single executable all modules are one file, and its further entry points lie as below src/. */
const threadFile = import.meta.url.endsWith("/start-thread.ts") ? "./spool-thread.ts" : "./spool/spool-thread.ts";

let rested: Worker | undefined;

export function startThread(): Worker {
  const thread = rested ?? new Worker(new URL(threadFile, import.meta.url), { name: "spool" });
  rested = undefined;
  return thread;
}

/** Resolves when the thread has loaded all it needs, or cannot: whoever opens a spool hears of that. */
export async function startThreadAhead(): Promise<void> {
  const thread = startThread();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  thread.onmessage = () => resolve(true);
  thread.onerror = () => resolve(false);
  if (await promise) rested = thread;
}
