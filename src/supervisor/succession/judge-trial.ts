// Whether a release that is on trial serves as well as the one before. Pure: how services and sites are comes in, the first
// reason to go back comes out.
import { type State, serves } from "../states.ts";
import type { ServiceHealth } from "./messages.ts";

/** A worker may be lost once for a reason of its own, such as an operator who ended it. */
export const LOSSES_MAX = 3;

export interface Reason {
  readonly subject: { readonly kind: "service" | "site"; readonly name: string };
  /** A part of a sentence: "it is failed: …". */
  readonly because: string;
}

const counts = (state: State): boolean => serves(state) || state === "paused";

/** Right after the start: whatever served must serve. */
export const judgeStart = (before: readonly ServiceHealth[], now: readonly ServiceHealth[]): Reason | undefined =>
  compare(before, now, (state) => !counts(state));

/** Later an operator may have stopped or removed something, which is no fault of the release. */
export const judgeTrial = (before: readonly ServiceHealth[], now: readonly ServiceHealth[]): Reason | undefined =>
  compare(before, now, (state) => state === "failed") ?? lostTooOften(now);

function compare(
  before: readonly ServiceHealth[],
  now: readonly ServiceHealth[],
  isMissing: (state: State) => boolean,
): Reason | undefined {
  for (const was of before) {
    if (!counts(was.state)) continue;
    const is = now.find((it) => it.name === was.name) ?? gone;
    if (isMissing(is.state)) return { subject: { kind: "service", name: was.name }, because: words(is) };
    for (const site of was.sites) {
      if (!counts(site.state)) continue;
      const found = is.sites.find((it) => it.name === site.name) ?? gone;
      const name = `${was.name}/${site.name}`;
      if (isMissing(found.state)) return { subject: { kind: "site", name }, because: words(found) };
    }
  }
  return undefined;
}

function lostTooOften(now: readonly ServiceHealth[]): Reason | undefined {
  const found = now.find((it) => it.workersLost >= LOSSES_MAX);
  if (found === undefined) return undefined;
  const because = `its workers were lost ${found.workersLost} times${found.because === "" ? "" : `, ${found.because}`}`;
  return { subject: { kind: "service", name: found.name }, because };
}

const gone = { state: "stopped" as const, because: "", sites: [] };

const words = ({ state, because }: { readonly state: State; readonly because: string }): string =>
  `it served before and is ${state} now${because === "" ? "" : `: ${because}`}`;
