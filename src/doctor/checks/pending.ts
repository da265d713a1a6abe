// A revision that is taken back by itself unless somebody confirms it.
import { about } from "../../base/fault.ts";
import { localTime } from "../../base/local-time.ts";
import type { DoctorCheck } from "../../service/doctor-check.ts";
import type { Case } from "../case.ts";

export const pendingCheck: DoctorCheck<Case> = {
  name: "pending",
  title: "a change that reverts by itself unless it is confirmed",
  needs: ["metabase"],
  async look({ metabase, status }) {
    const waiting = metabase?.pending;
    const pending =
      status?.pending ??
      (waiting && { revision: waiting.revision.n, untilMs: waiting.untilMs, who: waiting.revision.who });
    if (!pending) return [];
    return [
      {
        level: "warning",
        subject: about("revision", String(pending.revision)),
        what: `Revision ${pending.revision} by ${pending.who} is taken back at ${localTime(pending.untilMs)} unless it is confirmed`,
        matters: "What it changed will be as it was before",
        remedy: "Keep it: inetsrv config confirm. Take it back now: inetsrv config revert",
        article: null,
      },
    ];
  },
};
