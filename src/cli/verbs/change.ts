// What all verbs that change the configuration share: their flags, and how the answer is shown.

import { sameJson } from "../../base/json.ts";
import { localTime } from "../../base/local-time.ts";
import { locateNode } from "../../metabase/tree/path.ts";
import { duration, spellDuration } from "../../schema/kinds/measure.ts";
import { whole } from "../../schema/kinds/plain.ts";
import type { Model } from "../../schema/section.ts";
import type { ChangeAnswer } from "../../supervisor/answers.ts";
import { answerOf, type Context, type OperationName, type Parameters } from "../context.ts";
import type { ExitName } from "../exit-code.ts";
import { type Line, toned } from "../look/line.ts";
import { type Given, toggle, value } from "../verb.ts";
import { differenceLines } from "../views/difference-view.ts";

export const revisionNumber = whole({ min: 0, max: Number.MAX_SAFE_INTEGER });

export const changeFlags = {
  why: value("TEXT", "The reason, kept in the history."),
  expect: value("N", "Refuse when the configuration is no longer at revision N.", { kind: revisionNumber }),
  confirmWithin: value("TIME", "Take the change back by itself unless `inetsrv config confirm` comes in time.", {
    kind: duration({ min: "1s", max: "7d" }),
  }),
  dryRun: toggle("Only show what would change; nothing is recorded."),
};
export const changeExits: readonly ExitName[] = ["refused", "conflict"];

/** The parameters that every change takes. */
export const changeParameters = (
  { world }: Context,
  given: Given<Record<never, never>, typeof changeFlags>,
): Parameters => ({
  who: world.user,
  why: given.why,
  expect: given.expect,
  confirmWithin: given.confirmWithin === undefined ? undefined : spellDuration(given.confirmWithin),
  rehearse: given.dryRun ? true : undefined,
});

type Change = Extract<OperationName, "config.change" | "config.apply" | "config.revert">;

export const change = (context: Context, operation: Change, parameters: Parameters): Promise<number> =>
  answerOf(context, "allowed", operation, parameters, (answer) => showChange(context, answer));

export const showChange = (context: Pick<Context, "out" | "program">, answer: ChangeAnswer): void =>
  context.out.show(answer, () => changeLines(context, answer));

/** Settings of the change that are felt only when service or server start the next time. */
function laterSettings(model: Model, { changed }: ChangeAnswer): readonly string[] {
  return changed.flatMap(({ path, before, after }) => {
    const place = locateNode(model, path);
    // An entry that is new begins with all its settings.
    if (!place.ok || before === null || after === null) return [];
    const keys = Object.keys({ ...before, ...after }).filter((key) => !sameJson(before[key], after[key]));
    const later = keys.filter((key) => place.value.section.settings[key]?.applies === "server-restart");
    return later.map((key) => `${path}/${key}`);
  });
}

export function changeLines({ out, program }: Pick<Context, "out" | "program">, answer: ChangeAnswer): readonly Line[] {
  const { revision, changed, rehearsal, confirmUntilMs } = answer;
  const later = laterSettings(program.model, answer);
  if (changed.length === 0) return [`Nothing ${rehearsal ? "would change" : "changed"}; revision ${revision} stands.`];
  const last: Line[] = [
    rehearsal ? `Only tried: revision ${revision} stands.` : toned("strong", `Revision ${revision}.`),
  ];
  if (later.length > 0) last.push(`Felt at the next start: ${later.join(", ")}`);
  if (confirmUntilMs !== null)
    last.push(toned("warn", `Taken back at ${localTime(confirmUntilMs)} unless you type: inetsrv config confirm`));
  return [...differenceLines(changed, out.width), ...last];
}
