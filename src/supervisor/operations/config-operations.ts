// What can be asked of the configuration: reading it with its origins, changing it, and its history. Works the same on
// a running server and on a home that is down.
import { isObject, type Json, type JsonObject } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Edit } from "../../metabase/change/edit.ts";
import type { Refusal as MetabaseRefusal, Outcome } from "../../metabase/change/transaction.ts";
import type { ApplyMode } from "../../metabase/document/document-edits.ts";
import { exportDocument } from "../../metabase/document/export.ts";
import type { Metabase } from "../../metabase/metabase.ts";
import { locateNode } from "../../metabase/tree/path.ts";
import type { View } from "../../metabase/tree/view.ts";
import { json } from "../../schema/kinds/json.ts";
import { choice, whole } from "../../schema/kinds/plain.ts";
import { needed, type Operation, optional, plain, type Refusal, refusal, refusalOf } from "../operation.ts";
import { changeAnswer, configNode, nodeChange, refused, revisionSummary, unknown } from "./config-answers.ts";
import { namesBeginning } from "./config-names.ts";
import { authorOf, authorship, type Configured, changeTerms, path, revisionNumber } from "./configured.ts";

type Row = Operation<Configured>;

const editWish = "{at: PATH, set: {KEY: VALUE}}, {at: PATH, create: {KEY: VALUE}} or {at: PATH, remove: true}";
const editOf = (action: string, value: JsonObject): JsonObject => ({
  type: "object",
  properties: { at: { type: "string", description: "A node, such as smtp/sites/default." }, [action]: value },
  required: ["at", action],
  additionalProperties: false,
});
const settingsSchema: JsonObject = { type: "object", description: "Settings by name; null takes one away." };
const editsKind = json(`a list, each ${editWish}`, {
  type: "array",
  items: {
    oneOf: [
      editOf("set", settingsSchema),
      editOf("create", { oneOf: [settingsSchema, { const: true }] }),
      editOf("remove", { const: true }),
    ],
  },
});
const documentKind = json("an object with sections by name", {
  type: "object",
  description: "As docs/manual/configuration.schema.json tells.",
});

export const configOperations: readonly Row[] = [
  {
    name: "config.show",
    reads: true,
    doc: "One node: each setting with its value and where that comes from, and what lies below.",
    takes: {
      path: optional(path, "The node; the top of the tree without it."),
      at: optional(revisionNumber, "As it was at this revision."),
    },
    async run({ configuration: { metabase } }, { path: at, at: revision }) {
      const n = number(revision) ?? metabase.head.n;
      const shown = await viewAt(metabase, number(revision), (view) => configNode(view, text(at), n));
      if (!shown.ok) return shown;
      return shown.value.ok ? good(plain(shown.value.value)) : unknown(shown.value.error);
    },
  },
  {
    name: "config.get",
    reads: true,
    doc: "One setting: its value and where that comes from.",
    takes: { path: needed(path, "The setting, such as smtp/sites/default/idleTimeout.") },
    run({ configuration: { metabase } }, { path: at }) {
      const shown = metabase.get(text(at));
      if (!shown.ok) return unknown(shown.error);
      const { written, from, path: origin } = shown.value;
      return good({ path: text(at), value: written, from, at: origin ?? null });
    },
  },
  {
    name: "config.names",
    reads: true,
    doc: "Paths that begin so, for completion; at most 200.",
    takes: { prefix: needed(path, "How they begin.") },
    run: ({ configuration: { metabase } }, { prefix }) => good(namesBeginning(metabase, text(prefix))),
  },
  {
    name: "config.change",
    reads: false,
    doc: "Any number of edits as one transaction: {at, set: {key: value or null}}, {at, create: settings or true}, {at, remove: true}.",
    takes: { edits: needed(editsKind, "The edits, in their order; one transaction."), ...changeTerms },
    async run({ configuration: { metabase } }, given) {
      const edits = readEdits(given.edits as Json);
      if (!edits.ok) return edits;
      return answer(metabase, await metabase.change({ ...authorOf(given), edits: edits.value }));
    },
  },
  {
    name: "config.apply",
    reads: false,
    doc: "A document: what it names is set, and with mode replace its top sections become exactly what it says.",
    takes: {
      document: needed(documentKind, "Sections, collections and settings, nested by name."),
      mode: needed(choice(["merge", "replace"]), "Whether what is not named stays."),
      ...changeTerms,
    },
    async run({ configuration: { metabase } }, given) {
      const { document, mode } = given;
      if (!isObject(document)) return bad(refusal("wrong", "The document has no sections: it is not an object"));
      const done = await metabase.apply(document as JsonObject, mode as ApplyMode, authorOf(given));
      if (!done.ok) return refused(done.error);
      const { outcome, missingSecrets } = done.value;
      return good(plain({ ...changeAnswer(outcome, metabase.head.n), missingSecrets }));
    },
  },
  {
    name: "config.revert",
    reads: false,
    doc: "A new revision that is as an older one was; without a number, as the one before the last.",
    takes: { revision: optional(revisionNumber, "The revision to go back to."), ...changeTerms },
    async run({ configuration: { metabase } }, given) {
      const n = number(given.revision) ?? metabase.head.n - 1;
      return answer(metabase, await metabase.revert(n, authorOf(given)));
    },
  },
  {
    name: "config.confirm",
    reads: false,
    doc: "Keeps a change that would revert by itself.",
    takes: authorship,
    async run({ configuration: { metabase } }, given) {
      const confirmed = await metabase.confirm(text(given.who));
      return confirmed.ok ? good({ revision: confirmed.value.n }) : refused(confirmed.error);
    },
  },
  {
    name: "config.history",
    reads: true,
    doc: "The revisions, the newest first.",
    takes: {
      limit: optional(whole({ min: 1, max: 1000 }), "At most so many."),
      before: optional(revisionNumber, "Only those before this one."),
      path: optional(path, "Only those that changed this node or what lies below it."),
    },
    async run({ configuration: { metabase } }, given) {
      const before = number(given.before);
      const rows = await metabase.history({
        limit: number(given.limit) ?? HISTORY_SHOWN,
        ...(before === undefined ? {} : { before }),
        ...(given.path === undefined ? {} : { path: text(given.path) }),
      });
      return rows.ok
        ? good(plain(rows.value.map((it) => revisionSummary(it, metabase.head.n))))
        : bad(refusalOf(rows.error));
    },
  },
  {
    name: "config.revision",
    reads: true,
    doc: "One revision: who, when, why, and what it changed.",
    takes: { revision: needed(revisionNumber, "Its number.") },
    async run({ configuration: { metabase } }, { revision }) {
      const n = number(revision) ?? 0;
      const found = await metabase.revision(n);
      if (!found.ok) return bad(refusalOf(found.error));
      const rows = await metabase.history({ before: n + 1, limit: 1 });
      if (!rows.ok) return bad(refusalOf(rows.error));
      const { changes } = found.value;
      const confirmed = rows.value[0]?.confirmed ?? null;
      const summary = revisionSummary({ ...found.value, nodesChanged: changes.length, confirmed }, metabase.head.n);
      return good(plain({ ...summary, changed: changes.map(nodeChange) }));
    },
  },
  {
    name: "config.difference",
    reads: true,
    doc: "What differs between two revisions.",
    takes: { from: needed(revisionNumber, "The one."), to: needed(revisionNumber, "The other.") },
    async run({ configuration: { metabase } }, { from, to }) {
      const found = await metabase.difference(number(from) ?? 0, number(to) ?? 0);
      return found.ok ? good(plain(found.value.map(nodeChange))) : bad(refusalOf(found.error));
    },
  },
  {
    name: "config.export",
    reads: true,
    doc: "The configuration as a document that config.apply takes.",
    takes: {
      path: optional(path, "Only this node and what lies below."),
      at: optional(revisionNumber, "As it was at this revision."),
      secrets: needed(choice(["sealed", "omitted"]), "Whether sealed secrets are part of it."),
    },
    async run({ configuration: { metabase } }, { path: at, at: revision, secrets }) {
      const place = at === undefined || at === "" ? undefined : locateNode(metabase.model, text(at));
      if (place?.ok === false) return unknown(place.error);
      const as = secrets === "sealed" ? "sealed" : "hidden";
      return viewAt(metabase, number(revision), (view) => exportDocument(view, as, place?.value));
    },
  },
];

// The parameters were decoded by their kinds; these name what came out.
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

const HISTORY_SHOWN = 50;

const answer = (metabase: Metabase, done: Result<Outcome, MetabaseRefusal>): Result<Json, Refusal> =>
  done.ok ? good(plain(changeAnswer(done.value, metabase.head.n))) : refused(done.error);

/** The tree that serves, or the one of an older revision. */
async function viewAt<T>(
  metabase: Metabase,
  revision: number | undefined,
  read: (view: View) => T,
): Promise<Result<T, Refusal>> {
  if (revision === undefined || revision === metabase.head.n) return good(read(metabase.view));
  const past = await metabase.at(revision, read);
  return past.ok ? past : refused(past.error);
}

const EDITS_MAX = 100_000;
function readEdits(given: Json): Result<readonly Edit[], Refusal> {
  if (!Array.isArray(given) || given.length > EDITS_MAX)
    return bad(refusal("wrong", `The edits are no list of at most ${EDITS_MAX}, each ${editWish}`));
  const edits: Edit[] = [];
  for (const [index, it] of given.entries()) {
    const edit = readEdit(it);
    if (edit === undefined) return bad(refusal("wrong", `Edit ${index} is none of ${editWish}`));
    edits.push(edit);
  }
  return good(edits);
}

function readEdit(given: Json): Edit | undefined {
  if (!isObject(given) || typeof given.at !== "string" || Object.keys(given).length !== 2) return undefined;
  const { at, set, create, remove } = given as JsonObject & { readonly at: string };
  if (isObject(set)) return { at, set: set as JsonObject };
  if (isObject(create)) return { at, create: create as JsonObject };
  if (create === true) return { at, create: {} };
  return remove === true ? { at, remove } : undefined;
}
