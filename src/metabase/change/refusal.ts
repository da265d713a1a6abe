// A refusal as sentences for people: what is so, and the command that goes on from there. Pure.

import { sentence } from "../../base/fault.ts";
import { localTime } from "../../base/local-time.ts";
import { problemSentence } from "../../schema/decode.ts";
import type { Contender, Pending, Refusal } from "./transaction.ts";

export function refusalSentences(refusal: Refusal): readonly string[] {
  switch (refusal.is) {
    case "problems":
      return refusal.problems.map(problemSentence);
    case "conflict":
      return [
        `The change was made for revision ${refusal.expected}, and the head is revision ${refusal.head}`,
        ...refusal.between.map(contenderSentence),
        "Read the settings again and make the change for what is so now",
      ];
    case "pending":
      return [pendingSentence(refusal.pending)];
    case "fault":
      return [sentence(refusal.fault)];
  }
}

const contenderSentence = ({ revision, paths }: Contender): string =>
  `Revision ${revision.n} by ${revision.who} changed ${paths.join(", ")}${revision.why === "" ? "" : `: ${revision.why}`}`;

const pendingSentence = ({ revision, untilMs }: Pending): string =>
  `Revision ${revision.n} by ${revision.who} waits until ${localTime(untilMs)} to be confirmed: type ` +
  "`inetsrv config confirm` to keep it, or `inetsrv config revert` to take it back";
