// What comes of what: findings that bear a mark which an earlier one causes stand under it. Pure. Earlier means nearer to the
// root: checks stand in that order, so that nothing can be the cause of its own cause.
import { sep } from "node:path";
import type { Finding, Mark } from "../service/doctor-check.ts";

export interface Placed {
  readonly id: number;
  readonly check: string;
  readonly finding: Finding;
  /** The id of the finding that it comes of. */
  readonly causedBy: number | null;
}

export interface Raw {
  readonly check: string;
  readonly finding: Finding;
}

/** Numbered from 1: root causes first, each with its consequences behind it, errors before warnings. */
export function place(found: readonly Raw[]): readonly Placed[] {
  const causeOf = found.map((it, index) => causeAmong(found.slice(0, index), it));
  const order = [...found.keys()].sort((a, b) => weight(found, a) - weight(found, b) || a - b);
  const ids = new Map<number, number>();
  const placed: Placed[] = [];
  const put = (index: number, causedBy: number | null): void => {
    const it = found[index];
    if (it === undefined) return;
    const id = placed.length + 1;
    ids.set(index, id);
    placed.push({ id, causedBy, ...it });
    for (const other of order) if (causeOf[other] === index) put(other, id);
  };
  for (const index of order) if (causeOf[index] === undefined) put(index, null);
  return placed;
}

const weight = (found: readonly Raw[], index: number): number => (found[index]?.finding.level === "error" ? 0 : 1);

function causeAmong(earlier: readonly Raw[], { finding }: Raw): number | undefined {
  const marks = finding.comesOf ?? [];
  const index = earlier.findIndex((it) =>
    (it.finding.causes ?? []).some((cause) => marks.some((it) => fits(cause, it))),
  );
  return index < 0 ? undefined : index;
}

const fits = (cause: Mark, mark: Mark): boolean =>
  cause === mark || (cause.startsWith("path:") && mark.startsWith(cause.endsWith(sep) ? cause : cause + sep));
