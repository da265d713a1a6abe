// What the metabase answers, in the shapes that operations promise. Pure mapping; secrets are hidden already or here.
import { type Json, sameJson } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { refusalSentences } from "../../metabase/change/refusal.ts";
import type { Refusal as MetabaseRefusal, Outcome } from "../../metabase/change/transaction.ts";
import { hideSecrets, isSecretValue } from "../../metabase/document/secret-marker.ts";
import { type NodeShown, showNode } from "../../metabase/read/show.ts";
import type { HistoryRow } from "../../metabase/store/store.ts";
import type { NodeDifference } from "../../metabase/tree/node.ts";
import { nameOf } from "../../metabase/tree/path.ts";
import { sortedEntries, type View } from "../../metabase/tree/view.ts";
import { type Own, type Problem, problemSentence } from "../../schema/decode.ts";
import type { ChangeAnswer, ConfigNode, NodeChange, RevisionSummary } from "../answers.ts";
import { type Refusal, type RefusalReason, refusal, refusalOf } from "../operation.ts";

const reasons: Readonly<Record<Exclude<MetabaseRefusal["is"], "fault">, RefusalReason>> = {
  problems: "refused",
  conflict: "conflict",
  pending: "conflict",
};

export function refused(it: MetabaseRefusal): { readonly ok: false; readonly error: Refusal } {
  if (it.is === "fault") return bad(refusalOf(it.fault));
  return bad(
    refusal(
      reasons[it.is],
      refusalSentences(it).join(it.is === "problems" ? "; " : ". "),
      it.is === "problems" ? it.problems : [],
    ),
  );
}

export const unknown = (it: Problem): { readonly ok: false; readonly error: Refusal } =>
  bad(refusal("unknown", problemSentence(it), [it]));

export function changeAnswer(outcome: Outcome, head: number): ChangeAnswer {
  const changed = outcome.is === "nothing" ? [] : outcome.differences.map(nodeChange);
  const confirmUntilMs = outcome.is === "recorded" ? (outcome.revision.confirm?.untilMs ?? null) : null;
  return { revision: head, changed, rehearsal: outcome.is === "possible", confirmUntilMs };
}

export const nodeChange = ({ path, before, after }: NodeDifference): NodeChange => ({
  path,
  before: before === null ? null : shown(before),
  after: after === null ? null : { ...shown(after), ...replacedSecrets(before ?? {}, after) },
});

const shown = (own: Own): Own => hideSecrets(own as Json) as Own;

/** Hidden, one secret looks like the next: that it is another now is told all the same. */
function replacedSecrets(before: Own, after: Own): Own {
  const replaced = Object.keys(after).filter((key) => {
    const [was, is] = [before[key], after[key]];
    return isSecretValue(was) && isSecretValue(is) && !sameJson(was, is);
  });
  return Object.fromEntries(replaced.map((key) => [key, { $secret: "replaced" }]));
}

/** `head` is the number of the last revision: no other can wait to be confirmed. */
export const revisionSummary = (it: HistoryRow, head: number): RevisionSummary => ({
  revision: it.n,
  atMs: it.atMs,
  who: it.who,
  why: it.why,
  kind: it.kind,
  changes: it.nodesChanged,
  confirmUntilMs: it.n === head && it.confirmed === null ? (it.confirm?.untilMs ?? null) : null,
});

/** A node of a tree, or its top where no path is given. */
export function configNode(view: View, path: string, revision: number): Result<ConfigNode, Problem> {
  if (path === "") return good({ path, section: "", revision, values: [], below: { "": Object.keys(view.model) } });
  const shown = showNode(view, path);
  return shown.ok ? good(nodeAnswer(view, shown.value, revision)) : shown;
}

function nodeAnswer(view: View, { path, place, settings, collections }: NodeShown, revision: number): ConfigNode {
  const values = settings.map((it) => ({
    path: `${path}/${it.key}`,
    value: it.written,
    from: it.from,
    at: it.path ?? null,
  }));
  const below = collections.map((it) => [it.key, sortedEntries(view, it.path).map(nameOf)] as const);
  return { path, section: place.section.name, revision, values, below: Object.fromEntries(below) };
}
