// How the metabase tells what happened to its revisions: facts to rows of the catalogue. It decides nothing.

import { about, type Fault, type Subject } from "../base/fault.ts";
import { localTime } from "../base/local-time.ts";
import type { Report } from "../event/event.ts";
import { type Problem, problemSentence } from "../schema/decode.ts";
import { refusalSentences } from "./change/refusal.ts";
import type { Author, Refusal } from "./change/transaction.ts";
import { metabaseEvents } from "./events.ts";
import type { Confirmation, Revision } from "./store/revision.ts";

const PATHS_MAX = 5;

export class Teller {
  private readonly metabase: Subject<"metabase">;
  private readonly report: Report;

  constructor(folder: string, report: Report) {
    this.metabase = about("metabase", folder);
    this.report = report;
  }

  recorded(it: Revision): void {
    const { who, why, confirm } = it;
    const paths = listed(it.changes.map(({ path }) => path));
    this.report(metabaseEvents.revisionRecorded, numbered(it), { who, why: why || "no reason given", paths });
    if (confirm === null) return;
    const until = localTime(confirm.untilMs);
    this.report(metabaseEvents.confirmationAwaited, numbered(it), { who, until });
  }

  refused({ who }: Author, refusal: Refusal): void {
    const [because = "", ...more] = refusalSentences(refusal);
    const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
    this.report(metabaseEvents.changeRefused, this.metabase, { who, because: `${because}${others}` });
  }

  full({ who }: Author): void {
    this.report(metabaseEvents.diskFull, this.metabase, { who });
  }

  confirmed(it: Confirmation): void {
    this.report(metabaseEvents.revisionConfirmed, numbered(it), { who: it.who });
  }

  expired(it: Revision, revert: Revision): void {
    this.report(metabaseEvents.revisionExpired, numbered(it), { who: it.who, revert: revert.n });
  }

  outgrown({ n }: Revision, paths: readonly string[]): void {
    const parameters = { count: paths.length, revision: n, paths: listed(paths) };
    this.report(metabaseEvents.settingsOutgrown, this.metabase, parameters);
  }

  returned({ n }: Revision, paths: readonly string[]): void {
    const parameters = { count: paths.length, revision: n, paths: listed(paths) };
    this.report(metabaseEvents.settingsReturned, this.metabase, parameters);
  }

  notReturned(n: number, problems: readonly Problem[]): void {
    const because = problems.slice(0, PATHS_MAX).map(problemSentence).join("; ");
    this.report(metabaseEvents.settingsNotReturned, this.metabase, { revision: n, because });
  }

  revertDelayed(n: number, { because, remedy }: Fault): void {
    this.report(metabaseEvents.revertDelayed, numbered({ n }), { because, remedy });
  }
}

const numbered = ({ n }: { readonly n: number }): Subject<"revision"> => about("revision", String(n));

/** The first few, and how many more there are. */
function listed(names: readonly string[]): string {
  const more = names.length - PATHS_MAX;
  return names.slice(0, PATHS_MAX).join(", ") + (more > 0 ? ` and ${more} more` : "") || "nothing";
}
