// What the doctor found, for people: the verdict, then each cause with what follows from it below, what mends it, and what was
// mended. Lines only.
import { localTime } from "../../base/local-time.ts";
import type { DoctorAnswer } from "../../doctor/doctor.ts";
import type { Undone } from "../../doctor/mend/undo-fix.ts";
import type { ShownFinding } from "../../doctor/report.ts";
import { type Line, type Tone, toned } from "../look/line.ts";
import { count } from "../look/moment.ts";
import { wrap } from "../look/wrap.ts";

/** Consequences of one cause; the rest is counted. */
const CONSEQUENCES_MAX = 5;

export function doctorLines(answer: DoctorAnswer, width: number): readonly Line[] {
  const { findings, fixed, failed = [], left = findings, checked } = answer;
  const lines: Line[] = [verdict(answer)];
  if (fixed !== undefined) {
    for (const { did, undo } of fixed)
      lines.push("", ...block("Mended: ", did, width, "good"), ...block("  -> ", `undo it: ${undo}`, width));
    for (const { because, finding } of failed)
      lines.push(
        "",
        ...block(
          "Not mended: ",
          `${findings.find((it) => it.id === finding)?.what ?? finding}: ${because}`,
          width,
          "warn",
        ),
      );
    if (left.length > 0) lines.push("", toned("strong", "What is left:"));
  }
  for (const cause of left.filter((it) => it.causedBy === null))
    lines.push("", ...causeLines(cause, left, width, fixed === undefined));
  const skipped = Map.groupBy(
    checked.filter((it) => it.skipped !== null),
    (it) => it.skipped ?? "",
  );
  if (skipped.size > 0) lines.push("");
  for (const [because, its] of skipped)
    lines.push(...block("Not looked at: ", `${its.map((it) => it.check).join(", ")}: ${because}`, width, "dim"));
  return lines;
}

function verdict({ findings, left = findings, checked, tookMs }: DoctorAnswer): Line {
  const errors = left.filter((it) => it.level === "error" && it.causedBy === null).length;
  const warnings = left.filter((it) => it.level === "warning" && it.causedBy === null).length;
  const looked = `${count(checked.filter((it) => it.skipped === null).length, "check")} in ${(tookMs / 1000).toFixed(1)} s`;
  if (errors > 0) {
    const also = warnings === 0 ? "" : `, and ${count(warnings, "warning")}`;
    return toned("bad", `${count(errors, "thing")} ${errors === 1 ? "is" : "are"} wrong${also} (${looked}).`);
  }
  return warnings > 0
    ? toned("warn", `Nothing is broken; ${count(warnings, "warning")} (${looked}).`)
    : toned("good", `Nothing is wrong (${looked}).`);
}

function causeLines(
  cause: ShownFinding,
  all: readonly ShownFinding[],
  width: number,
  offersFix: boolean,
): readonly Line[] {
  const { level, what, sinceMs, matters, remedy, article, fix } = cause;
  const since = sinceMs === null ? "" : ` (since ${localTime(sinceMs)})`;
  const under = consequences(cause.id, all);
  const more = under.length - CONSEQUENCES_MAX;
  return [
    ...block(level === "error" ? "Error: " : "Warning: ", what + since, width, level === "error" ? "bad" : "warn"),
    ...block("  ", matters, width),
    ...block("  -> ", remedy, width, "strong"),
    ...(fix === null || !offersFix ? [] : block("  -> ", `inetsrv doctor --fix would ${fix}`, width, "strong")),
    ...(article === null ? [] : [toned("dim", `  inetsrv explain ${article}`)]),
    ...under.slice(0, CONSEQUENCES_MAX).flatMap((it) => block("  therefore: ", it.what, width, "dim")),
    ...(more > 0 ? [toned("dim", `  therefore: ${more.toLocaleString("en")} more, see --json`)] : []),
  ];
}

/** All that hangs on it, however deep. */
const consequences = (id: number, all: readonly ShownFinding[]): readonly ShownFinding[] =>
  all.filter((it) => it.causedBy === id).flatMap((it) => [it, ...consequences(it.id, all)]);

export const undoneLines = ({ id, did, left }: Undone, width: number): readonly Line[] => [
  toned(
    left.length === 0 ? "good" : "warn",
    `${id} is undone${left.length === 0 ? "" : " but for what is named below"}.`,
  ),
  ...did.flatMap((it) => block("  ", it, width)),
  ...left.flatMap((it) => block("  Left: ", it, width, "warn")),
];

/** The lines behind the first stand under its text. */
function block(mark: string, text: string, width: number, tone?: Tone): readonly Line[] {
  const indent = Math.min(mark.length, 4);
  return wrap(`${mark.trimStart()}${text}`, width - indent).map((it, at) => {
    const lead = at === 0 ? mark.slice(0, mark.length - mark.trimStart().length) : " ".repeat(indent);
    return tone === undefined ? lead + it : toned(tone, lead + it);
  });
}
