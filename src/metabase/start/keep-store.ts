// The store is good: the copy is brought up to it, or, where the copy knows more, the store to the copy. What is
// wrong with the copy never stops a start.
import { bad, good } from "../../base/result.ts";
import { GoodCopy } from "../copy/good-copy.ts";
import type { CopyState } from "../copy/read-copy.ts";
import { metabaseEvents } from "../events.ts";
import { type Stored, type Trouble, trouble, troubleFault } from "../store/trouble.ts";
import type { Ground, Records } from "./ground.ts";
import { type Inspected, inspect } from "./inspect.ts";
import { renewCopy } from "./renew-copy.ts";
import { setAside } from "./set-aside.ts";
import { metabase } from "./telling.ts";

/** Trouble: the store could not follow a copy that knows more. */
export async function keepStore(ground: Ground, found: Inspected, copy: Stored<CopyState>): Promise<Stored<Records>> {
  if (!copy.ok) return good(await withoutCopy(ground, found, copy.error));
  const foreign = copy.value.instance !== found.state.instance;
  if (foreign) return good(await replaceCopy(ground, found, "it belongs to another metabase"));
  const forward = await bringForward(ground, found, copy.value);
  return forward.ok ? good(await bringCopy(ground, forward.value, copy.value)) : forward;
}

/** What the copy knows beyond the head of the store is recorded there. */
async function bringForward(ground: Ground, found: Inspected, copy: CopyState): Promise<Stored<Inspected>> {
  const { store, head, state } = found;
  const later = copy.revisions.filter((it) => it.n > head.n);
  if (copy.head.n > head.n && later[0]?.previous !== head.chain)
    return bad(trouble("damaged", `it ends with revision ${head.n}, and its copy with revision ${copy.head.n}`));
  for (const revision of later) {
    const recorded = await store.record(revision, revision.n - ground.revisionsMax);
    if (!recorded.ok) return recorded;
  }
  const sameHead = copy.head.n > head.n || copy.head.chain === head.chain;
  const confirmations = copy.confirmations.filter(
    ({ n }) => sameHead && (n > head.n || (n === head.n && state.confirmed === null)),
  );
  for (const it of confirmations) {
    const confirmed = await store.confirm(it);
    if (!confirmed.ok) return confirmed;
  }
  if (later.length === 0 && confirmations.length === 0) return good(found);
  const from = later[0]?.n;
  if (from !== undefined)
    ground.report(metabaseEvents.storeBroughtForward, metabase(ground), { from, to: copy.head.n });
  return inspect(store, ground.model);
}

async function bringCopy(ground: Ground, found: Inspected, copy: CopyState): Promise<Records> {
  const { n, chain } = found.head;
  if (copy.flaws.length > 0) return replaceCopy(ground, found, copy.flaws.join(", "));
  if (copy.head.n === n && copy.head.chain !== chain)
    return replaceCopy(ground, found, `it tells another revision ${n}`);
  const resumed = GoodCopy.resume(ground.copyFolder, copy);
  if (resumed === undefined) return replaceCopy(ground, found, "its journal is missing");
  const caughtUp = await resumed.catchUp(found.store);
  if (caughtUp.ok) return { ...found, copy: resumed, readOnly: undefined };
  return caughtUp.error.is === "damaged"
    ? replaceCopy(ground, found, caughtUp.error.because)
    : noCopy(ground, found, caughtUp.error);
}

async function withoutCopy(ground: Ground, found: Inspected, why: Trouble): Promise<Records> {
  if (why.is === "damaged") return replaceCopy(ground, found, why.because);
  if (why.is !== "missing") return noCopy(ground, found, why);
  const written = await renewCopy(ground, found);
  if (!written.ok) return noCopy(ground, found, written.error);
  ground.report(metabaseEvents.copyWritten, metabase(ground), { because: why.because });
  return { ...found, copy: written.value, readOnly: undefined };
}

async function replaceCopy(ground: Ground, found: Inspected, because: string): Promise<Records> {
  const aside = setAside(ground.folder, [ground.copyFolder.path], ground.nowMs);
  if (!aside.ok) return noCopy(ground, found, aside.error);
  ground.report(metabaseEvents.copySetAside, metabase(ground), { because, folder: aside.value ?? "no folder" });
  const written = await renewCopy(ground, found);
  return written.ok ? { ...found, copy: written.value, readOnly: undefined } : noCopy(ground, found, written.error);
}

function noCopy(ground: Ground, found: Inspected, why: Trouble): Records {
  const { because, remedy } = troubleFault(why, "Cannot write the copy", ground.folder);
  ground.report(metabaseEvents.copyBehind, metabase(ground), { because, remedy });
  return { ...found, copy: undefined, readOnly: undefined };
}
