// The files of this release, and whether the running server is of it: a command of one release that talks to a server of
// another is what Q291589 began with.
import { about } from "../../base/fault.ts";
import { type DoctorCheck, type Finding, foundFault } from "../../service/doctor-check.ts";
import type { Case } from "../case.ts";

export const releaseCheck: DoctorCheck<Case> = {
  name: "release",
  title: "the files of the release, and the release of the running server",
  needs: [],
  async look({ parts, status }) {
    const findings: Finding[] = (await parts.verifyProgram()).map(({ fault, event }) =>
      foundFault(fault, {
        level: "error",
        matters:
          "A program that is not whole, or not of one release, does not start, and its processes refuse to work together",
        article: event.article ?? null,
        causes: ["release"],
      }),
    );
    if (status !== undefined && status.version !== parts.version)
      findings.push({
        level: "warning",
        subject: about("release", status.version),
        what: `The running server is of version ${status.version}, and this command of ${parts.version}`,
        matters: "What they know of each other may differ, and a worker that starts now is refused",
        remedy: "Start the server again with this release, or use the command of the other one",
        article: "component-mismatch",
        comesOf: ["release"],
      });
    return findings;
  },
};
