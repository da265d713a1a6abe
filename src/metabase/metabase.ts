// The metabase: the configuration tree with its history, as all others use it. It ties together what reads, what
// writes and what remembers, and does none of it itself.
import type { Fault } from "../base/fault.ts";
import type { JsonObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Problem } from "../schema/decode.ts";
import type { Model, Section, Values } from "../schema/section.ts";
import type { SecretChange } from "../seal/sealed.ts";
import { documentProposal, editsProposal, revertProposal } from "./change/proposals.ts";
import { secretsProposal } from "./change/replace-secrets.ts";
import type { Seal } from "./change/seal-edits.ts";
import type { Author, Outcome, Pending, Recorded, Refusal, Transaction } from "./change/transaction.ts";
import type { ApplyMode } from "./document/document-edits.ts";
import { exportDocument, type SecretsAs } from "./document/export.ts";
import { type Archive, differenceBetween, readRevision } from "./past/difference.ts";
import { treeAt } from "./past/tree-at.ts";
import { type SealedAt, sealedValues } from "./read/secrets.ts";
import { listEntries, type NodeShown, type SettingShown, showNode, showSetting } from "./read/show.ts";
import { type SiteSnapshot, snapshotOf } from "./read/snapshot.ts";
import type { Served } from "./served.ts";
import type { Confirmation, Revision, RevisionHead } from "./store/revision.ts";
import type { HistoryQuery, HistoryRow } from "./store/store.ts";
import { troubleFault } from "./store/trouble.ts";
import { type Affected, affectedBy } from "./tree/affected.ts";
import type { NodeDifference } from "./tree/node.ts";
import { locateNode, type Place } from "./tree/path.ts";
import { type View, valuesAt } from "./tree/view.ts";
import type { Writer } from "./writer.ts";

export interface MetabaseParts {
  readonly model: Model;
  readonly served: Served;
  readonly writer: Writer;
  readonly archive: Archive;
  readonly seal: Seal;
}

export interface Applied {
  readonly outcome: Outcome;
  /** Settings whose secret the document leaves as it is, although there is none. */
  readonly missingSecrets: readonly string[];
}

const HISTORY_MAX = 1000;

export class Metabase {
  readonly model: Model;
  private readonly parts: MetabaseParts;

  constructor(parts: MetabaseParts) {
    this.parts = parts;
    this.model = parts.model;
  }

  /** Made once at `init`; tells this metabase from every other. */
  get instance(): string {
    return this.parts.served.instance;
  }

  get head(): RevisionHead {
    return this.parts.served.head;
  }

  get pending(): Pending | undefined {
    return this.parts.writer.pending;
  }

  /** Why nothing can be changed; undefined when it can. */
  get readOnly(): Fault | undefined {
    return this.parts.writer.readOnly;
  }

  /** The tree that serves, for those who read much; it changes with every revision. */
  get view(): View {
    return this.parts.served.tree;
  }

  get(settingPath: string): Result<SettingShown, Problem> {
    return showSetting(this.view, settingPath);
  }

  show(nodePath: string): Result<NodeShown, Problem> {
    return showNode(this.view, nodePath);
  }

  entries(collectionPath: string): Result<readonly string[], Problem> {
    return listEntries(this.view, collectionPath);
  }

  /** The settings of a node as the program works with them; the node is there. */
  values<S extends Section>(nodePath: string, section: S): Values<S> {
    return valuesAt(this.view, nodePath, section);
  }

  change(it: Transaction): Promise<Result<Outcome, Refusal>> {
    return this.parts.writer.propose(it, editsProposal(it.edits, this.parts.seal));
  }

  async apply(document: JsonObject, mode: ApplyMode, author: Author): Promise<Result<Applied, Refusal>> {
    let missingSecrets: readonly string[] = [];
    const proposal = documentProposal(document, mode, this.parts.seal, (it) => {
      missingSecrets = it;
    });
    const done = await this.parts.writer.propose(author, proposal);
    return done.ok ? good({ outcome: done.value, missingSecrets }) : done;
  }

  /** A new revision with the tree of revision `n`. */
  revert(n: number, author: Author): Promise<Result<Outcome, Refusal>> {
    return this.parts.writer.propose(author, revertProposal(n, this.parts.served, this.parts.archive));
  }

  /** Keeps the revision that waits to be confirmed. */
  confirm(who: string): Promise<Result<Confirmation, Refusal>> {
    return this.parts.writer.confirm(who);
  }

  sealedValues(): Iterable<SealedAt> {
    return sealedValues(this.parts.served.tree.all());
  }

  /** Secrets sealed anew, as one revision; refused when one of them was set in the meantime. */
  replaceSecrets(changes: readonly SecretChange[], author: Author): Promise<Result<Outcome, Refusal>> {
    return this.parts.writer.propose(author, secretsProposal(changes));
  }

  /** Descending. */
  async history(query: HistoryQuery): Promise<Result<readonly HistoryRow[], Fault>> {
    const { store, folder } = this.parts.archive;
    const rows = await store.history({ ...query, limit: Math.min(query.limit, HISTORY_MAX) });
    return rows.ok ? rows : bad(troubleFault(rows.error, "Cannot read the history", folder));
  }

  revision(n: number): Promise<Result<Revision, Fault>> {
    return readRevision(this.parts.archive, n);
  }

  /** What leads from the tree of one revision to that of another. */
  difference(from: number, to: number): Promise<Result<readonly NodeDifference[], Fault>> {
    return differenceBetween(this.parts.archive, from, to);
  }

  /** Reads the tree of revision `n`; the view is good only while `read` runs. */
  at<T>(n: number, read: (view: View) => T): Promise<Result<T, Refusal>> {
    const { writer, served, archive } = this.parts;
    return writer.exclusively(async () => {
      const past = await treeAt(archive, served.tree, served.head.n, n);
      return past.ok ? good(read(past.value.view)) : bad({ is: "fault", fault: past.error });
    });
  }

  /** What is stated, as a document: the whole tree, or a node and all below it. */
  exportDocument(secrets: SecretsAs, from?: Place): JsonObject {
    return exportDocument(this.view, secrets, from);
  }

  /** What a service is given of a site, or of any other node; undefined when it is not there. */
  siteSnapshot(path: string): SiteSnapshot | undefined {
    const place = locateNode(this.model, path);
    if (!place.ok || this.view.own(place.value.path) === undefined) return undefined;
    return { path: place.value.path, revision: this.head.n, ...snapshotOf(this.view, place.value) };
  }

  /** Whom a change that was just told concerns. Secrets sealed anew concern nobody. */
  affectedBy({ revision, changed }: Recorded): Affected {
    return affectedBy(this.view, revision.kind === "reseal" ? [] : changed);
  }

  /** Settings that name the entry: "www/sites/default/certificate". */
  referrers(entryPath: string): readonly string[] {
    return [...this.parts.served.cross.references.to(entryPath)];
  }

  /** Told after every revision, in order. The answer ends it. */
  subscribe(listener: (it: Recorded) => void): () => void {
    return this.parts.served.subscribe(listener);
  }

  /** Waits for what is under way; nothing is lost when it is never called. */
  close(): Promise<void> {
    return this.parts.writer.close();
  }
}
