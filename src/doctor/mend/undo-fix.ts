// Puts back what a fix has changed, last things first, as its journal tells. What stands in the way by now is left, and said.
import type { Home } from "../../base/home.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { lackOfHome } from "../../supervisor/home-folders.ts";
import { holdHome } from "../../supervisor/home-holder.ts";
import { type Refusal, refusal, refusalOf } from "../../supervisor/operation.ts";
import { markUndone, pastOf } from "./journal.ts";
import { undo } from "./steps.ts";

export interface Undone {
  readonly id: string;
  readonly did: readonly string[];
  readonly left: readonly string[];
}

/** The last one where none is named. Nobody else has the home meanwhile. */
export function undoFix(
  home: Home,
  id: string | undefined,
  actAsOwner: (home: Home) => void = () => {},
): Result<Undone, Refusal> {
  const lack = lackOfHome(home);
  if (lack !== undefined) return bad(refusalOf(lack));
  actAsOwner(home);
  const held = holdHome(home, "command", Date.now());
  if (!held.ok) return bad({ ...refusalOf(held.error.fault), reason: "conflict" });
  try {
    return undoPast(home, id);
  } finally {
    held.value.release();
  }
}

function undoPast(home: Home, id: string | undefined): Result<Undone, Refusal> {
  const all = pastOf(home);
  const past = id === undefined ? all[0] : all.find((it) => it.id === id);
  if (past === undefined) {
    const which = id === undefined ? "Nothing was mended" : `There is no ${id}`;
    return bad(refusal("unknown", `${which} that could be undone`));
  }
  const did: string[] = [];
  const left: string[] = [];
  for (const it of [...past.done].reverse()) {
    const end = undo(home, past, it);
    if (end.ok) did.push(end.value);
    else left.push(`${it.path}: ${end.error}`);
  }
  if (left.length === 0) markUndone(past);
  return good({ id: past.id, did, left });
}
