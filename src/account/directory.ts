// Who there is, kept for logins: finds accounts by name and by certificate, and knows what a login costs. It follows
// every revision, and reads no account again that did not change.
import { nameOf } from "../metabase/tree/path.ts";
import { type View, valuesAt } from "../metabase/tree/view.ts";
import { isHashValue } from "../schema/kinds/hash.ts";
import { type Account, type Accounts, readAccount, userPath } from "./account.ts";
import { Bill, type BillRow, type Recipe } from "./hash/bill.ts";
import { readHash } from "./hash/schemes.ts";
import { accountNameOf } from "./name.ts";
import { type HashRules, hashRules } from "./set-password.ts";
import { type AccountValues, accountSection } from "./settings.ts";

/** What is kept of an account to take it out of the indexes again. */
interface Indexed {
  readonly recipes: readonly Recipe[];
  readonly certificateNames: readonly string[];
  /** It has passwords, and one of them cannot be proved by SCRAM. */
  readonly lacksScram: boolean;
}

export class Directory {
  /** Grows with every revision that concerns accounts: what was decided before is to be decided anew. */
  generation = 1;
  private readonly accounts: Accounts;
  private readonly bill = new Bill();
  private readonly indexed = new Map<string, Indexed>();
  private readonly byCertificate = new Map<string, Set<string>>();
  private lackingScram = 0;
  private current: AccountValues | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly unsubscribe: () => void;

  constructor(accounts: Accounts) {
    this.accounts = accounts;
    for (const path of accounts.view.entries("account/users")) this.index(nameOf(path));
    this.unsubscribe = accounts.subscribe(({ changed }) => this.follow(changed.map((it) => it.path)));
  }

  get settings(): AccountValues {
    this.current ??= valuesAt(this.accounts.view, "account", accountSection);
    return this.current;
  }

  /** How a new password is kept. */
  get hashRules(): HashRules {
    return hashRules(this.settings, this.accounts.instance);
  }

  get price(): readonly BillRow[] {
    return this.bill.rows(this.hashRules.house);
  }

  /** Offered too early, a client that prefers SCRAM would lock out whoever has only an imported hash. */
  get offersScram(): boolean {
    return this.settings.scram && this.lackingScram === 0;
  }

  find(name: string): Account | undefined {
    const normal = accountNameOf(name);
    return normal === undefined ? undefined : readAccount(this.accounts.view, normal);
  }

  /** The one account that a verified certificate stands for; none when its names lead to several. */
  findByCertificate(names: readonly string[]): Account | undefined {
    const owners = new Set(names.flatMap((it) => [...(this.byCertificate.get(certificateKey(it)) ?? [])]));
    const [only] = owners;
    return owners.size === 1 && only !== undefined ? this.find(only) : undefined;
  }

  /** Told after each revision that concerns accounts. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  close(): void {
    this.unsubscribe();
  }

  private follow(paths: readonly string[]): void {
    const ours = paths.filter((it) => it === "account" || it.startsWith("account/"));
    if (ours.length === 0) return;
    this.generation++;
    this.current = undefined;
    for (const name of new Set(ours.flatMap(userIn))) this.index(name);
    for (const tell of this.listeners) tell();
  }

  private index(name: string): void {
    const before = this.indexed.get(name);
    if (before !== undefined) this.forget(name, before);
    const facts = factsOf(this.accounts.view, name);
    if (facts === undefined) return;
    const { certificateNames, lacksScram } = facts;
    const recipes = this.bill.add(facts.recipes);
    if (lacksScram) this.lackingScram++;
    for (const key of certificateNames.map(certificateKey))
      this.byCertificate.set(key, (this.byCertificate.get(key) ?? new Set()).add(name));
    this.indexed.set(name, { recipes, certificateNames, lacksScram });
  }

  private forget(name: string, { recipes, certificateNames, lacksScram }: Indexed): void {
    this.indexed.delete(name);
    this.bill.remove(recipes);
    if (lacksScram) this.lackingScram--;
    for (const key of certificateNames.map(certificateKey)) {
      const owners = this.byCertificate.get(key);
      owners?.delete(name);
      if (owners?.size === 0) this.byCertificate.delete(key);
    }
  }
}

/**
 * What the indexes need of an account, read from what its nodes state: nothing of it is inherited, and of a hundred thousand
 * accounts at the start of the server everything else would be read for nothing.
 */
function factsOf(view: View, name: string): Indexed | undefined {
  const path = userPath(name);
  const own = view.own(path);
  if (own === undefined) return undefined;
  const passwords = [...view.entries(`${path}/passwords`)].map((it) => view.own(it) ?? {});
  const texts = passwords.flatMap(({ argon2id, foreign }) => [argon2id ?? foreign].filter(isHashValue));
  const hashes = texts.map((it) => readHash(it.$hash)).flatMap((it) => (it.ok ? [it.value] : []));
  const questions = new Map(hashes.map((it) => [`${it.recipe} ${it.salt}`, it]));
  return {
    recipes: [...questions.values()],
    certificateNames: Array.isArray(own.certificateNames) ? own.certificateNames.map(String) : [],
    lacksScram: passwords.some((it) => it.scram === undefined),
  };
}

/** Mail addresses, host names and fingerprints are compared without regard to letter case. */
const certificateKey = (name: string): string => name.toLowerCase().replaceAll(/(?<=[0-9a-f]{2}):(?=[0-9a-f]{2})/g, "");

/** The name of the user that a path below account/users leads to. */
function userIn(path: string): readonly string[] {
  const [, , step] = /^account\/(users)\/([^/]+)/.exec(path) ?? [];
  return step === undefined ? [] : [nameOf(step)];
}
