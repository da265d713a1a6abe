// A gate for tests: settings as a person writes them, a clock that is moved by hand, and what was told. Not for use
// outside of tests.
import { ManualClock, seeded } from "../../../base/clock.ts";
import type { Json } from "../../../base/json.ts";
import { expectGood } from "../../../base/result.ts";
import { type Occurrence, reporter } from "../../../event/event.ts";
import type { AccessGate } from "../access-gate.ts";
import { AccessGates } from "../access-gates.ts";
import { type AccessValues, accessSettings } from "../access-settings.ts";
import type { Admission, Visit } from "../visit.ts";

type Written = { readonly [Name in keyof AccessValues]?: Json };

/** Every setting that is not given has its fallback. */
export function accessValues(written: Written = {}): AccessValues {
  const values = Object.entries(accessSettings).map(([name, { kind, value }]) => {
    const given = written[name as keyof AccessValues];
    return [name, given === undefined || given === null ? value : expectGood(kind.decode(given))];
  });
  return Object.fromEntries(values) as AccessValues;
}

export function gateRig(written: Written = {}, addressesMax = 1024) {
  const clock = new ManualClock(1_000_000);
  const told: Occurrence[] = [];
  const report = reporter(
    "smtp",
    () => clock.wallMs(),
    (it) => told.push(it),
  );
  const gates = new AccessGates({ service: "smtp", clock, randomness: seeded(7), report, addressesMax });
  const gate = gates.open("smtp/sites/a", accessValues(written));
  return { clock, told, gates, gate, numbers: () => told.map((it) => it.number) };
}

export function enter(gate: AccessGate, address: string): Visit {
  const admission = gate.admit(address);
  if (admission.is === "refused") throw new Error(`${address} was refused: ${admission.why}`);
  return admission;
}

/** "in", or why not. */
export const outcome = (admission: Admission): string => (admission.is === "in" ? "in" : admission.why);
