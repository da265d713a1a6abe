// Accounts over a real metabase with the clock in the test's hand, hashes that are quick to make, and a note of every
// computation. For tests only.

import type { ManualClock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { expectGood } from "../../base/result.ts";
import { type Occurrence, reporter } from "../../event/event.ts";
import type { Edit } from "../../metabase/change/edit.ts";
import type { Metabase } from "../../metabase/metabase.ts";
import { makeRig, type Rig } from "../../metabase/testing/rig.ts";
import { text } from "../../schema/kinds/plain.ts";
import { collection, model, section, setting } from "../../schema/section.ts";
import { passwordPath, readAccount, userPath } from "../account.ts";
import type { Answer, Ask, Proof } from "../ask.ts";
import { accountChecks } from "../checks.ts";
import { Directory } from "../directory.ts";
import { type Compute, computeHere } from "../hash/find-password.ts";
import { Reception } from "../reception.ts";
import { Renewal } from "../renewal.ts";
import { hashedSettings } from "../set-password.ts";
import { accountSection } from "../settings.ts";

const site = section("site", "A site.", {
  title: setting(text(), { fallback: "", since: "0.1", applies: "live", doc: "For tests." }),
});
const service = (name: string) => section(name, "For tests.", {}, { sites: collection(site, { doc: "Sites." }) });

const accountModel = model([accountSection, service("smtp"), service("ftp")]);

export interface AccountRig extends AsyncDisposable {
  readonly rig: Rig;
  readonly clock: ManualClock;
  readonly metabase: Metabase;
  readonly directory: Directory;
  readonly reception: Reception;
  readonly renewal: Renewal;
  /** What accounts have told since the last look. */
  told(): readonly Occurrence[];
  /** The recipe of each computation since the last look. */
  computed(): readonly string[];
  change(...edits: readonly Edit[]): Promise<void>;
  addUser(name: string, settings?: JsonObject): Promise<void>;
  setPassword(name: string, label: string, password: string): Promise<void>;
  ask(proof: Proof, more?: Partial<Ask>): Promise<Answer>;
  password(account: string, password: string, more?: Partial<Ask>): Promise<Answer>;
}

/** The least that the settings allow, so that a test takes milliseconds. */
const QUICK = { argon2Memory: "8MiB", argon2Passes: 1, scramIterations: 4096 } as const;

export async function accountRig(compute: Compute = computeHere): Promise<AccountRig> {
  const rig = makeRig({ model: accountModel, checks: accountChecks });
  const metabase = await rig.create();
  const change: AccountRig["change"] = async (...edits) => {
    expectGood(await metabase.change({ edits, who: "test", why: "" }));
  };
  await change(
    { at: "account", set: QUICK },
    { at: "smtp/sites/default", create: {} },
    { at: "ftp/sites/default", create: {} },
  );
  const report = reporter(
    "server",
    () => rig.clock.wallMs(),
    (it) => rig.events.push(it),
  );
  const directory = new Directory(metabase);
  const noted: string[] = [];
  const counting: Compute = (scheme, password, recipe, ...rest) => {
    noted.push(recipe);
    return compute(scheme, password, recipe, ...rest);
  };
  const renewal = new Renewal(directory, metabase, report);
  const reception = new Reception({ directory, renewal, clock: rig.clock, report, compute: counting });
  const ask: AccountRig["ask"] = (proof, more = {}) =>
    reception.answer({ service: "smtp", site: "default", address: "192.0.2.1", trace: "t1", proof, ...more });
  return {
    rig,
    clock: rig.clock,
    metabase,
    directory,
    reception,
    renewal,
    told: () => rig.events.splice(0).filter((it) => it.number >= 5100 && it.number < 5200),
    computed: () => noted.splice(0),
    change,
    addUser: (name, settings = { grants: ["log-in *"] }) => change({ at: userPath(name), create: settings }),
    async setPassword(name, label, password) {
      const account = readAccount(metabase.view, name) ?? { name, passwords: [] };
      const set = await hashedSettings(account, password, directory.hashRules);
      await change({ at: passwordPath(name, label), create: set });
    },
    ask,
    password: (account, password, more) => ask({ by: "password", account, password }, more),
    async [Symbol.asyncDispose]() {
      directory.close();
      await rig[Symbol.asyncDispose]();
    },
  };
}
