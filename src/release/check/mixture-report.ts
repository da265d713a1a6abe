// What `inetsrv doctor --json` answers where the program is a mixture that cannot even be put together: the one finding, in
// the shape of the doctor, who cannot be loaded himself. Pure, and it loads nothing.
import type { Fault } from "../../base/fault.ts";

export const mixtureReport = ({ subject: { kind, name }, attempted, because, remedy }: Fault) => ({
  healthy: false,
  tookMs: 0,
  findings: [
    {
      id: 1,
      check: "release",
      level: "error",
      subject: { kind, name },
      what: `${attempted}: ${because}`,
      sinceMs: null,
      matters: "The program cannot be put together: no server starts, and nothing else could be looked at",
      remedy,
      article: "component-mismatch",
      fix: null,
      causedBy: null,
    },
  ],
  checked: [{ check: "release", tookMs: 0, skipped: null }],
});
