// What an ordinary start makes of a trial that the home still tells of: the server was killed, or ended, while another
// release was on trial. README.md has every state.
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Report } from "../../event/event.ts";
import { supervisorEvents } from "../events.ts";
import { type HeldHome, holdHomePatiently } from "../home-holder.ts";
import type { ServerParts } from "../server-parts.ts";
import { bringBack, sameFormats } from "./formats.ts";
import { readTrial, removeTrial, writeConfirmed } from "./trial-record.ts";

export interface FoundTrial {
  tell(report: Report): void;
  /** This server serves: the trial is over. */
  settle(): void;
}

const none: FoundTrial = { tell() {}, settle() {} };
const HOLD_AGAIN_MS = 5000;

/** The lock of the home may be another one afterwards. */
export async function lookForTrial(
  { home, version, clock }: ServerParts,
  held: HeldHome,
): Promise<Result<{ readonly trial: FoundTrial; readonly held: HeldHome }, Fault>> {
  const record = readTrial(home);
  if (record === undefined) return good({ trial: none, held });
  const [from, to] = [record.from.version, record.to.version];
  if (version === to) {
    const trial: FoundTrial = {
      tell: (report) => report(supervisorEvents.trialTakenUp, about("release", to)),
      settle() {
        writeConfirmed(home, { version: to, previous: from, atMs: clock.wallMs() });
        removeTrial(home);
      },
    };
    return good({ trial, held });
  }
  const trial: FoundTrial = {
    tell: (report) => report(supervisorEvents.trialCutShort, about("release", to), { to: version }),
    settle: () => void removeTrial(home),
  };
  if (sameFormats(record)) return good({ trial, held });
  held.release();
  const back = await bringBack(home, record.to, record.from);
  if (!back.ok) return back;
  const again = await holdHomePatiently(home, clock, HOLD_AGAIN_MS);
  return again.ok ? good({ trial, held: again.value }) : bad(again.error.fault);
}
