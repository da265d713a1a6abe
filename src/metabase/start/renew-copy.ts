// A copy written from the store: all its history, and a checkpoint where the history does not begin at the beginning.
import { good } from "../../base/result.ts";
import { GoodCopy } from "../copy/good-copy.ts";
import type { Stored } from "../store/trouble.ts";
import type { Ground } from "./ground.ts";
import type { Inspected } from "./inspect.ts";

export async function renewCopy(ground: Ground, found: Inspected): Promise<Stored<GoodCopy>> {
  const whole = await copyFrom(ground, found, found.state.oldest);
  // Where the history of the store is damaged, the copy begins with the head, which is proven.
  return !whole.ok && whole.error.is === "damaged" ? copyFrom(ground, found, found.head.n) : whole;
}

async function copyFrom(ground: Ground, { store, state, head, tree }: Inspected, n: number): Promise<Stored<GoodCopy>> {
  const first = n === head.n ? good(head) : await store.revision(n);
  if (!first.ok) return first;
  const before = { n: n - 1, chain: first.value?.previous ?? "" };
  const copy = await GoodCopy.begin(ground.copyFolder, state.instance, before);
  if (!copy.ok) return copy;
  const filled = await copy.value.catchUp(store);
  if (!filled.ok) return filled;
  if (before.n === 0) return copy;
  const begun = await copy.value.beginJournal();
  if (!begun.ok) return begun;
  const { digest, chain } = head;
  const written = await copy.value.writeCheckpoint(
    { n: head.n, chain, digest, confirmed: state.confirmed },
    tree.all(),
    0,
  );
  return written.ok ? copy : written;
}
