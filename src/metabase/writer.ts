// The one way into the tree: a proposal is checked as a whole, recorded, then applied and told. Proposals are taken
// one after the other; what was not recorded never shows in the tree.
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Problem } from "../schema/decode.ts";
import { authorProblems } from "./change/author.ts";
import type { Author, Outcome, Pending, Refusal } from "./change/transaction.ts";
import { Deadline } from "./deadline.ts";
import type { Keeper } from "./keeper.ts";
import { contendersSince } from "./past/contenders.ts";
import type { Archive } from "./past/difference.ts";
import { Serial } from "./serial.ts";
import type { Served } from "./served.ts";
import type { Upgrade } from "./start/upgrade.ts";
import type { Confirmation, Revision, RevisionKind } from "./store/revision.ts";
import { type Trouble, troubleFault } from "./store/trouble.ts";
import type { Teller } from "./teller.ts";
import { Draft } from "./tree/draft.ts";
import { inverse } from "./tree/node.ts";

export interface Proposal {
  readonly kind: RevisionKind;
  /** The older revision it brings back: what waits to be confirmed can be ended only so. */
  readonly bringsBack?: number;
  /** Puts what is proposed into the draft, and says all that is wrong with it. */
  put(draft: Draft): Promise<Result<readonly Problem[], Refusal>>;
}

export interface WriterWorld {
  readonly served: Served;
  readonly keeper: Keeper;
  readonly archive: Archive;
  readonly clock: Clock;
  readonly teller: Teller;
  /** Why nothing can be changed from the start. */
  readonly readOnly: Fault | undefined;
  /** Who confirmed the head. */
  readonly confirmed: Confirmation | null;
}

const WAITING_MAX = 1000;

export class Writer {
  private readonly world: WriterWorld;
  private readonly queue = new Serial(WAITING_MAX);
  private readonly deadline: Deadline;
  private confirmed: Confirmation | null;
  readOnly: Fault | undefined;
  /** Serves although it is not recorded yet: the revision that takes back what nobody confirmed. */
  private unrecorded: { readonly revision: Revision; readonly why: Fault | undefined } | undefined;
  private closed = false;

  constructor(world: WriterWorld) {
    this.world = world;
    this.confirmed = world.confirmed;
    this.readOnly = world.readOnly;
    this.deadline = new Deadline(world.clock, (n) => void this.queue.run(() => this.takeBack(n)));
  }

  get pending(): Pending | undefined {
    return this.deadline.pending;
  }

  /** The head of an earlier run that still waits to be confirmed; when its time is over it is taken back at once. */
  async resume(head: Revision, it: "may wait on" | "ends now"): Promise<void> {
    if (head.confirm === null || this.confirmed !== null) return;
    this.deadline.await(head);
    const over = head.confirm.untilMs <= this.world.clock.wallMs();
    if (over || it === "ends now") await this.queue.run(() => this.takeBack(head.n));
  }

  /** Before anything serves: what another release wrote, as this one knows it. */
  async upgrade({ differences, outgrown }: Upgrade): Promise<void> {
    if (differences.length === 0) return;
    const { served, keeper, clock, teller } = this.world;
    const by = { who: "inetsrv", why: "brought to what this release knows", kind: "upgrade", confirm: null } as const;
    const revision = served.next({ ...by, atMs: clock.wallMs() }, differences);
    const recorded = await keeper.record(revision);
    this.commit(revision);
    if (outgrown.length > 0) teller.outgrown(revision, outgrown);
    if (!recorded.ok) this.readOnly = this.fault(recorded.error, "Cannot change anything");
  }

  async propose(author: Author, proposal: Proposal): Promise<Result<Outcome, Refusal>> {
    const answer = await this.exclusively(() => this.write(author, proposal));
    if (!answer.ok && author.dryRun !== true) this.world.teller.refused(author, answer.error);
    return answer;
  }

  /** Keeps the revision that waits. */
  confirm(who: string): Promise<Result<Confirmation, Refusal>> {
    return this.exclusively(async () => {
      const { revision } = this.deadline;
      if (revision === undefined) return refuse(nothingWaits);
      const problems = authorProblems({ who, why: "" });
      if (problems.length > 0) return bad({ is: "problems", problems });
      const confirmation = { n: revision.n, atMs: this.world.clock.wallMs(), who };
      const recorded = await this.world.keeper.confirm(confirmation);
      if (!recorded.ok) return refuse(this.fault(recorded.error, `Cannot confirm revision ${revision.n}`));
      this.deadline.end();
      this.confirmed = confirmation;
      this.world.teller.confirmed(confirmation);
      return good(confirmation);
    });
  }

  /** Runs `work` while nothing changes. */
  exclusively<T>(work: () => Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> {
    const run = this.queue.run(async () => (this.closed ? refuse(isClosed) : work()));
    return run ?? Promise.resolve(refuse(tooMany));
  }

  async close(): Promise<void> {
    await this.exclusively(async () => {
      this.closed = true;
      this.deadline.end();
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
    this.deadline.end();
    this.confirmed = null;
    this.world.served.apply(revision);
    this.deadline.await(revision);
    this.world.teller.recorded(revision);
    this.tendCopy();
  }

  /** The time of revision `n` is over: it stops to serve whatever the disk says, and that is recorded when it can be. */
  private async takeBack(n: number): Promise<void> {
    const { served, keeper, clock, teller } = this.world;
    const { revision } = this.deadline;
    if (revision?.n === n) {
      this.deadline.end();
      const by = {
        who: "inetsrv",
        why: `revision ${n} was not confirmed in time`,
        kind: "expired",
        confirm: null,
      } as const;
      const revert = served.next({ ...by, atMs: clock.wallMs() }, inverse(revision.changes));
      served.apply(revert);
      teller.expired(revision, revert);
      this.unrecorded = { revision: revert, why: undefined };
    }
    if (this.unrecorded === undefined || this.closed) return;
    const recorded = await keeper.record(this.unrecorded.revision);
    if (recorded.ok) {
      this.unrecorded = undefined;
      this.deadline.end();
      return this.tendCopy();
    }
    const why = this.fault(recorded.error, `Cannot record that revision ${n} is taken back`);
    if (this.unrecorded.why === undefined) teller.revertDelayed(n, why);
    this.unrecorded = { ...this.unrecorded, why };
    this.deadline.retry(n);
  }

  /** After the answer: a checkpoint takes its time. */
  private tendCopy(): void {
    const { keeper, served } = this.world;
    void this.queue.run(async () => {
      if (!this.closed) await keeper.tend(served.tree, served.head, this.confirmed);
    });
  }

  /** What stands in the way whatever the change is. */
  private async obstacle(author: Author, proposal: Proposal): Promise<Refusal | undefined> {
    const { served, archive, keeper } = this.world;
    const { readOnly } = this;
    const problems = authorProblems(author);
    if (problems.length > 0) return { is: "problems", problems };
    if (readOnly !== undefined && author.dryRun !== true) return { is: "fault", fault: readOnly };
    if (this.unrecorded?.why !== undefined) return { is: "fault", fault: this.unrecorded.why };
    const settled = await keeper.settle();
    if (!settled.ok)
      return { is: "fault", fault: troubleFault(settled.error, "Cannot change anything", archive.folder) };
    if (settled.value !== undefined) this.commit(settled.value);
    const { pending } = this;
    if (pending !== undefined && proposal.bringsBack !== pending.revision.n - 1) return { is: "pending", pending };
    const { n } = served.head;
    if (author.expect === undefined || author.expect === n) return undefined;
    const between = await contendersSince(archive, author.expect, n);
    return { is: "conflict", expected: author.expect, head: n, between };
  }

  private fault(why: Trouble, attempted: string): Fault {
    return troubleFault(why, attempted, this.world.archive.folder);
  }
}

const refuse = (fault: Fault): Result<never, Refusal> => bad({ is: "fault", fault });

const nothingWaits = fault(
  about("command", "confirm"),
  "Cannot confirm",
  "no revision waits to be confirmed",
  "See `inetsrv config history`",
);
const tooMany = fault(
  about("command", "change"),
  "Cannot take the change",
  `${WAITING_MAX} others are waiting`,
  "Try again later, or make them as one transaction",
);
const isClosed = fault(about("command", "change"), "Cannot take the change", "inetsrv is ending", "Start it again");
