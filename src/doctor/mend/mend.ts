// Carries out the fixes of what was found, root causes first. What a fix touches was kept before; what it could not do is said.
import { messageOf } from "../../base/thrown.ts";
import type { Fix } from "../../service/doctor-check.ts";
import { Journal } from "./journal.ts";
import { carryOut, type StepWorld } from "./steps.ts";

export interface Mended {
  readonly fixed: readonly { readonly finding: number; readonly did: string; readonly undo: string }[];
  /** Why a fix was not made. */
  readonly failed: readonly { readonly finding: number; readonly because: string }[];
}

export interface MendWorld extends Omit<StepWorld, "journal"> {
  readonly nowMs: number;
  /** A server, or another command, has the home. */
  readonly isHeld: boolean;
}

export async function mend(world: MendWorld, fixes: ReadonlyMap<number, Fix>): Promise<Mended> {
  const fixed: Mended["fixed"][number][] = [];
  const failed: Mended["failed"][number][] = [];
  if (fixes.size === 0) return { fixed, failed };
  const journal = begin(world);
  if (typeof journal === "string")
    return { fixed, failed: [...fixes.keys()].map((finding) => ({ finding, because: journal })) };
  const done = new Set<string>();
  for (const [finding, fix] of fixes) {
    if (fix.whenDown && world.isHeld) {
      failed.push({ finding, because: "a server has the home: end it first, with inetsrv down" });
      continue;
    }
    const did: string[] = [];
    let because: string | undefined;
    for (const step of fix.steps) {
      // Several findings may lead to one and the same step.
      const name = JSON.stringify(step);
      if (done.has(name)) continue;
      done.add(name);
      const end = await carryOut({ ...world, journal }, step);
      if (end.ok) did.push(end.value);
      else because ??= end.error;
    }
    if (because !== undefined) failed.push({ finding, because });
    if (did.length > 0) fixed.push({ finding, did: did.join("; "), undo: `inetsrv doctor undo ${journal.id}` });
  }
  journal.close();
  return { fixed, failed };
}

/** Where nothing can be kept nothing is touched; then that is the reason. */
function begin({ home, nowMs }: MendWorld): Journal | string {
  try {
    return Journal.begin(home, nowMs);
  } catch (error) {
    return `what it touches cannot be kept first: ${messageOf(error)}`;
  }
}
