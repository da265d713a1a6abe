// The clock of this machine against what is dated already: a clock that went back makes certificates invalid, logins fail and
// mail wait.
import { CLOCK_TOLERATED_MS } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import { localTime } from "../../base/local-time.ts";
import type { DoctorCheck } from "../../service/doctor-check.ts";
import type { Case } from "../case.ts";

export const clockCheck: DoctorCheck<Case> = {
  name: "clock",
  title: "the clock, against the newest revision and the newest event",
  needs: ["home"],
  async look({ metabase, events, nowMs }) {
    const dated = [
      { what: `revision ${metabase?.head.n}`, atMs: metabase?.head.atMs ?? 0 },
      { what: "the newest event of the log", atMs: events.at(-1)?.atMs ?? 0 },
    ];
    const [latest] = dated.sort((a, b) => b.atMs - a.atMs);
    if (latest === undefined || latest.atMs <= nowMs + CLOCK_TOLERATED_MS) return [];
    return [
      {
        level: "error",
        subject: about("process", "the clock of this machine"),
        what: `It is ${localTime(nowMs)} by the clock of this machine, and ${latest.what} is of ${localTime(latest.atMs)}`,
        matters:
          "Certificates count as not yet valid, times of the queue are wrong, and trials end at the wrong moment",
        remedy: "Set the clock, and see that something keeps it right: timedatectl status",
        article: "clock-wrong",
        causes: ["clock"],
      },
    ];
  },
};
