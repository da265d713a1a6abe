// The one way into the tree: a proposal is checked as a whole, recorded, then applied and told. Proposals are taken
// one after the other; what was not recorded never shows in the tree.
import type { Fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { authorProblems } from "./change/author.ts";
import { notNow, type Proposal, refuse } from "./change/proposal.ts";
import type { Author, Outcome, Pending, Refusal } from "./change/transaction.ts";
import { Expiry, type ExpiryWorld } from "./expiry.ts";
import { contendersSince } from "./past/contenders.ts";
import type { Archive } from "./past/difference.ts";
import { Serial } from "./serial.ts";
import type { Return } from "./start/return.ts";
import type { Upgrade } from "./start/upgrade.ts";
import type { Confirmation, Revision } from "./store/revision.ts";
import { type Trouble, troubleFault } from "./store/trouble.ts";
import { Draft } from "./tree/draft.ts";
import type { NodeDifference } from "./tree/node.ts";

export interface WriterWorld extends ExpiryWorld {
  readonly archive: Archive;
  /** Why nothing can be changed from the start. */
  readonly readOnly: Fault | undefined;
  /** Who confirmed the head. */
  readonly confirmed: Confirmation | null;
}

const WAITING_MAX = 1000;

export class Writer {
  private readonly world: WriterWorld;
  private readonly queue = new Serial(WAITING_MAX);
  private readonly expiry: Expiry;
  private confirmed: Confirmation | null;
  private writeProtection: Fault | undefined;
  private closed = false;

  constructor(world: WriterWorld) {
    this.world = world;
    this.confirmed = world.confirmed;
    this.writeProtection = world.readOnly;
    this.expiry = new Expiry(world, (work) => void this.queue.run(async () => this.closed || work()));
  }

  get pending(): Pending | undefined {
    return this.expiry.pending;
  }

  /** Why nothing can be changed; undefined when it can. */
  get readOnly(): Fault | undefined {
    return this.writeProtection ?? this.expiry.obstacle;
  }

  /** The head of an earlier run that still waits to be confirmed; when its time is over it is taken back at once. */
  async resume(head: Revision, it: "may wait on" | "ends now"): Promise<void> {
    if (head.confirm === null || this.confirmed !== null) return;
    this.expiry.begin(head);
    const over = head.confirm.untilMs <= this.world.clock.wallMs();
    if (over || it === "ends now") await this.queue.run(() => this.expiry.takeBack(head.n));
  }

  /**
   * Before anything serves: what another release wrote, as this one knows it. It serves so, recorded or not. The answer is
   * the revision that takes something out.
   */
  async upgrade({ differences, outgrown }: Upgrade): Promise<number | null> {
    if (differences.length === 0) return null;
    const revision = await this.serve(differences, "brought to what this release knows");
    if (outgrown.length === 0) return null;
    this.world.teller.outgrown(revision, outgrown);
    return revision.n;
  }

  /** All of it or, where the rules between nodes do not allow that, nothing: it is in the history still. */
  async bringBack({ draft, returned }: Return, tookOut: number): Promise<void> {
    const { served, teller } = this.world;
    const differences = draft.differences();
    if (differences.length === 0) return;
    const problems = served.cross.check(draft, differences);
    if (problems.length > 0) return teller.notReturned(tookOut, problems);
    teller.returned(await this.serve(differences, "what another release did not know is back"), returned);
  }

  private async serve(differences: readonly NodeDifference[], why: string): Promise<Revision> {
    const { served, keeper, clock } = this.world;
    const by = { who: "inetsrv", why, kind: "upgrade", confirm: null, atMs: clock.wallMs() } as const;
    const revision = served.next(by, differences);
    const recorded = await keeper.record(revision);
    if (!recorded.ok) this.writeProtection = this.fault(recorded.error, "Cannot change anything");
    this.commit(revision);
    return revision;
  }

  async propose(author: Author, proposal: Proposal): Promise<Result<Outcome, Refusal>> {
    const answer = await this.exclusively(() => this.write(author, proposal));
    if (!answer.ok && author.dryRun !== true) this.world.teller.refused(author, answer.error);
    if (answer.ok && answer.value.is === "recorded") this.tendCopy();
    return answer;
  }

  /** Keeps the revision that waits. */
  confirm(who: string): Promise<Result<Confirmation, Refusal>> {
    return this.exclusively(async () => {
      const { clock, keeper, teller } = this.world;
      const problems = authorProblems({ who, why: "" });
      if (problems.length > 0) return bad({ is: "problems", problems });
      const { revision } = this.expiry;
      if (revision === undefined) return refuse(notNow.nothingWaits);
      const confirmation = { n: revision.n, atMs: clock.wallMs(), who };
      const recorded = await keeper.confirm(confirmation);
      if (!recorded.ok) return refuse(this.fault(recorded.error, `Cannot confirm revision ${revision.n}`));
      this.expiry.end();
      this.confirmed = confirmation;
      teller.confirmed(confirmation);
      return good(confirmation);
    });
  }

  /** Runs `work` while nothing changes. */
  exclusively<T>(work: () => Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> {
    const run = this.queue.run(async () => (this.closed ? refuse(notNow.closed) : work()));
    return run ?? Promise.resolve(refuse(notNow.tooMany));
  }

  async close(): Promise<void> {
    await this.exclusively(async () => {
      this.closed = true;
      this.expiry.end();
      await this.world.keeper.close();
      return good(undefined);
    });
  }

  private async write(author: Author, proposal: Proposal): Promise<Result<Outcome, Refusal>> {
    const { served, clock, keeper, teller } = this.world;
    const obstacle = await this.obstacle(author, proposal);
    if (obstacle !== undefined) return bad(obstacle);
    const draft = new Draft(served.tree);
    const put = await proposal.put(draft);
    if (!put.ok) return put;
    const differences = draft.differences();
    const problems = put.value.length > 0 ? put.value : served.cross.check(draft, differences);
    if (problems.length > 0) return bad({ is: "problems", problems });
    if (differences.length === 0) return good({ is: "nothing", revision: served.head });
    if (author.dryRun === true) return good({ is: "possible", differences });

    const { who, why, confirmWithinMs: withinMs } = author;
    const atMs = clock.wallMs();
    const confirm = withinMs === undefined ? null : { withinMs, untilMs: atMs + withinMs };
    const revision = served.next({ atMs, who, why, kind: proposal.kind, confirm }, differences);
    const recorded = await keeper.record(revision);
    if (recorded.ok) {
      this.commit(revision);
      return good({ is: "recorded", revision: served.head, differences });
    }
    if (recorded.error.is === "full") teller.full(author);
    return refuse(this.fault(recorded.error, "Cannot record the change"));
  }

  private commit(revision: Revision): void {
    this.expiry.end();
    this.expiry.begin(revision);
    this.confirmed = null;
    this.world.served.apply(revision);
    this.world.teller.recorded(revision);
  }

  /** A checkpoint takes its time; nobody waits for it. */
  private tendCopy(): void {
    const { keeper, served } = this.world;
    void this.exclusively(async () => {
      if (this.readOnly === undefined) await keeper.tend(served.tree, served.head, this.confirmed);
      return good(undefined);
    });
  }

  /** What stands in the way whatever the change is. */
  private async obstacle(author: Author, proposal: Proposal): Promise<Refusal | undefined> {
    const { served, archive, keeper } = this.world;
    const problems = authorProblems(author);
    if (problems.length > 0) return { is: "problems", problems };
    const { readOnly } = this;
    if (readOnly !== undefined && author.dryRun !== true) return { is: "fault", fault: readOnly };
    const settled = readOnly === undefined ? await keeper.settle() : good(undefined);
    if (!settled.ok) return { is: "fault", fault: this.fault(settled.error, "Cannot change anything") };
    if (settled.value !== undefined) this.commit(settled.value);
    const { pending } = this;
    if (pending !== undefined && proposal.bringsBack !== pending.revision.n - 1) return { is: "pending", pending };
    const { n } = served.head;
    if (author.expect === undefined || author.expect === n) return undefined;
    const between = await contendersSince(archive, author.expect, n);
    return { is: "conflict", expected: author.expect, head: n, between };
  }

  private fault(why: Trouble, attempted: string): Fault {
    return troubleFault(why, attempted, this.world.folder);
  }
}
