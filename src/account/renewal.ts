// Hashes a password anew when it was just used and what is kept of it is outdated: an imported hash becomes argon2id and
// SCRAM, and a cheap one a dear one. It changes that one password and nothing else.
import { about } from "../base/fault.ts";
import type { Report } from "../event/event.ts";
import { refusalSentences } from "../metabase/change/refusal.ts";
import type { Metabase } from "../metabase/metabase.ts";
import { type Account, type Password, passwordPath } from "./account.ts";
import type { Directory } from "./directory.ts";
import { accountEvents } from "./events.ts";
import { saslprep } from "./sasl/saslprep.ts";
import { hashedSettings, isOutdated } from "./set-password.ts";

/** One after the other would let a crowd wait; all at once would take the processors from logins. */
const AT_ONCE_MAX = 2;

export class Renewal {
  private readonly directory: Directory;
  private readonly metabase: Pick<Metabase, "change" | "head">;
  private readonly report: Report;
  private readonly running = new Set<Promise<void>>();

  constructor(directory: Directory, metabase: Pick<Metabase, "change" | "head">, report: Report) {
    this.directory = directory;
    this.metabase = metabase;
    this.report = report;
  }

  /** Nobody waits for it. When it is not done now, it is done at another login. */
  offer(account: Account, password: Password, clear: string): void {
    if (!isOutdated(password, this.directory.hashRules) || this.running.size >= AT_ONCE_MAX) return;
    const renewing = this.renew(account, password, clear).finally(() => this.running.delete(renewing));
    this.running.add(renewing);
  }

  /** Resolves when none is under way: before the configuration is closed. */
  async settled(): Promise<void> {
    await Promise.all(this.running);
  }

  private async renew({ name, passwords }: Account, { label }: Password, clear: string): Promise<void> {
    const prepared = saslprep(clear);
    // Only what other programs let people have: then it stays as it is.
    if (prepared === undefined) return;
    // Refused when anything was changed since: it could be this very password.
    const expect = this.metabase.head.n;
    const set = await hashedSettings({ name, passwords }, prepared, this.directory.hashRules);
    const edits = [{ at: passwordPath(name, label), set }];
    const done = await this.metabase.change({ edits, who: "login", why: "the password is hashed anew", expect });
    const subject = about("account", name);
    if (done.ok) this.report(accountEvents.passwordRenewed, subject, { label });
    else if (done.error.is !== "conflict")
      this.report(accountEvents.passwordNotRenewed, subject, {
        label,
        because: refusalSentences(done.error).join("; "),
      });
  }
}
