// What operations on a home work with, whether a server runs on it or a command has it for a moment.
import type { Clock } from "../../base/clock.ts";
import type { Home } from "../../base/home.ts";
import type { Result } from "../../base/result.ts";
import type { CertificateKeeper } from "../../certificate/keeper/certificate-keeper.ts";
import type { Report } from "../../event/event.ts";
import type { Releases } from "../../ipc/installed-release.ts";
import type { Author } from "../../metabase/change/transaction.ts";
import { duration } from "../../schema/kinds/measure.ts";
import { flag, text, whole } from "../../schema/kinds/plain.ts";
import type { Configuration } from "../configuration.ts";
import type { MailDesk } from "../mail/mail-desk.ts";
import { type Given, needed, optional, type Refusal } from "../operation.ts";

export interface Configured {
  readonly configuration: Configuration;
  readonly certificates: CertificateKeeper;
  readonly home: Home;
  readonly mail: MailDesk;
  readonly clock: Clock;
  readonly report: Report;
}

/** A command that has the home itself, as no server runs on it. */
export interface AtHome extends Configured {
  readonly version: string;
  /** The command line of this program. */
  readonly command: readonly string[];
  readonly releases: Releases;
  /**
   * Lets go of the home, and of the rights of root, before anything is read that strangers send: from then on only what was
   * taken out of it before can be used. Why that cannot be done is a refusal.
   */
  leave(): Promise<Result<void, Refusal>>;
}

export const revisionNumber = whole({ min: 0, max: Number.MAX_SAFE_INTEGER });
export const path = text({ max: 4096 });

/** Who changes what and why; every change takes these. */
export const authorship = {
  who: needed(text({ min: 1, max: 200 }), "Who changes it, for the record."),
  why: optional(text({ max: 1000 }), "Why, for the record."),
};

/** What a change may be bound to. */
export const changeTerms = {
  ...authorship,
  expect: optional(revisionNumber, "The revision that was read; refused when it is not the head any more."),
  confirmWithin: optional(
    duration({ min: "1s", max: "7d" }),
    "The change reverts by itself after this time unless it is confirmed.",
  ),
  rehearse: optional(flag, "Check everything and show the difference, but record nothing."),
};

/** These terms as the metabase takes them. */
export function authorOf({ who, why, expect, confirmWithin, rehearse }: Given): Author {
  return {
    who: String(who),
    why: String(why ?? ""),
    ...(expect === undefined ? {} : { expect: Number(expect) }),
    ...(confirmWithin === undefined ? {} : { confirmWithinMs: Number(confirmWithin) }),
    ...(rehearse === true ? { dryRun: true } : {}),
  };
}
