// The kinds of change there are, as proposals: edits, a document, an older revision, secrets sealed anew. Each fills
// a draft and says what is wrong; checking as a whole and recording are the writer's.
import type { JsonObject } from "../../base/json.ts";
import { good, type Result } from "../../base/result.ts";
import { decodeOwn, type Problem } from "../../schema/decode.ts";
import { type ApplyMode, DocumentEdits } from "../document/document-edits.ts";
import type { Archive } from "../past/difference.ts";
import { treeAt } from "../past/tree-at.ts";
import type { Served } from "../served.ts";
import type { Draft } from "../tree/draft.ts";
import { locateNode } from "../tree/path.ts";
import { depthProblems } from "./depth.ts";
import { applyEdits, type Edit, settingsOf } from "./edit.ts";
import { type Proposal, refuse } from "./proposal.ts";
import { type Seal, sealEdits } from "./seal-edits.ts";
import type { Refusal } from "./transaction.ts";

export function editsProposal(edits: readonly Edit[], seal: Seal): Proposal {
  return {
    kind: "change",
    async put(draft) {
      const tooDeep = edits.flatMap((it) => depthProblems(settingsOf(it), it.at));
      return tooDeep.length > 0 ? good(tooDeep) : putEdits(draft, edits, seal);
    },
  };
}

/** `onMissing` is told which secrets the document leaves as they are, although there are none. */
export function documentProposal(
  document: JsonObject,
  mode: ApplyMode,
  seal: Seal,
  onMissing: (settings: readonly string[]) => void,
): Proposal {
  return {
    kind: "apply",
    async put(draft) {
      const tooDeep = depthProblems(document, "document");
      if (tooDeep.length > 0) return good(tooDeep);
      const { edits, problems, missingSecrets } = new DocumentEdits(draft, document, mode);
      onMissing(missingSecrets);
      const put = await putEdits(draft, edits, seal);
      return put.ok ? good([...problems, ...put.value]) : put;
    },
  };
}

/** The tree of revision `n` again, as far as it is still valid. */
export function revertProposal(n: number, served: Served, archive: Archive): Proposal {
  return {
    kind: "revert",
    bringsBack: n,
    async put(draft) {
      const past = await treeAt(archive, served.tree, served.head.n, n);
      if (!past.ok) return refuse(past.error);
      const problems: Problem[] = [];
      for (const { path, after } of past.value.differences) {
        const place = after === null ? undefined : locateNode(draft.model, path);
        if (place === undefined) draft.put(path, null);
        else if (!place.ok) problems.push(place.error);
        else {
          const decoded = decodeOwn(place.value.section, after, path);
          problems.push(...decoded.problems);
          draft.put(path, decoded.own);
        }
      }
      return good(problems);
    },
  };
}

async function putEdits(
  draft: Draft,
  edits: readonly Edit[],
  seal: Seal,
): Promise<Result<readonly Problem[], Refusal>> {
  const sealed = await sealEdits(draft.model, edits, seal);
  return sealed.ok ? good(applyEdits(draft, sealed.value)) : refuse(sealed.error);
}
