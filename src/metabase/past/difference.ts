// What lies between two revisions, read from the record and proven on the way. Nothing is believed that does not fit
// its chain.
import { about, type Fault, fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { isGenuine, type Revision } from "../store/revision.ts";
import type { Store } from "../store/store.ts";
import { troubleFault } from "../store/trouble.ts";
import { inverse, type NodeDifference, sameOwn } from "../tree/node.ts";

export interface Archive {
  readonly store: Store;
  readonly instance: string;
  readonly folder: string;
}

export async function readRevision(archive: Archive, n: number): Promise<Result<Revision, Fault>> {
  const attempted = `Cannot read revision ${n}`;
  const found = await archive.store.revision(n);
  if (!found.ok) return bad(troubleFault(found.error, attempted, archive.folder));
  const subject = about("revision", String(n));
  if (found.value === null)
    return bad(fault(subject, attempted, "there is none, or it is forgotten", "See `inetsrv config history`"));
  return isGenuine(archive.instance, found.value)
    ? good(found.value)
    : bad(fault(subject, attempted, "its record is damaged", "See `inetsrv explain metabase-damaged`"));
}

/** What leads from the tree of one revision to that of another, forwards or backwards; each node once. */
export async function differenceBetween(
  archive: Archive,
  from: number,
  to: number,
): Promise<Result<readonly NodeDifference[], Fault>> {
  if (from > to) {
    const forwards = await differenceBetween(archive, to, from);
    return forwards.ok ? good(inverse(forwards.value)) : forwards;
  }
  const nodes = new Map<string, NodeDifference>();
  let chain: string | undefined;
  for (let n = to; n > from; n--) {
    const found = await readRevision(archive, n);
    if (!found.ok) return found;
    if (chain !== undefined && found.value.chain !== chain)
      return bad(
        fault(
          about("revision", String(n)),
          `Cannot read revision ${n}`,
          `revision ${n + 1} does not follow it`,
          "See `inetsrv explain metabase-damaged`",
        ),
      );
    chain = found.value.previous;
    for (const { path, before, after } of found.value.changes) {
      const later = nodes.get(path);
      nodes.set(path, { path, before, after: later === undefined ? after : later.after });
    }
  }
  return good([...nodes.values()].filter(({ before, after }) => !sameOwn(before, after)));
}
