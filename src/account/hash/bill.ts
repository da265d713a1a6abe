// What a login costs, whoever tries it: of each recipe, as many computations as the account with most of them needs. So
// neither time nor work tells whether an account exists, is disabled, or has a hash of a kind of its own.
import type { StoredHash } from "./scheme.ts";

export type Recipe = Pick<StoredHash, "scheme" | "recipe">;

export interface BillRow {
  readonly recipe: Recipe;
  readonly count: number;
}

export class Bill {
  /** By recipe: how many accounts need it once, twice, and so on. */
  private readonly recipes = new Map<string, { readonly recipe: Recipe; readonly accounts: number[] }>();

  /** The recipes of one account, one for each of its questions; what is answered takes them out again. */
  add(needed: readonly Recipe[]): readonly Recipe[] {
    // One object for all accounts: of a hundred thousand, each would else keep a piece of its hash.
    const common = needed.map((it) => this.recipes.get(it.recipe)?.recipe ?? { scheme: it.scheme, recipe: it.recipe });
    this.count(common, 1);
    return common;
  }

  remove(needed: readonly Recipe[]): void {
    this.count(needed, -1);
  }

  /** What every login pays; first the recipe of this house, which is on it at least once. */
  rows(house: Recipe): readonly BillRow[] {
    const others = [...this.recipes.values()].filter((it) => it.recipe.recipe !== house.recipe);
    return [
      { recipe: house, count: Math.max(1, most(this.recipes.get(house.recipe)?.accounts ?? [])) },
      ...others.map(({ recipe, accounts }) => ({ recipe, count: most(accounts) })),
    ];
  }

  private count(needed: readonly Recipe[], by: 1 | -1): void {
    for (const [key, own] of Map.groupBy(needed, (it) => it.recipe)) {
      const [recipe] = own;
      if (recipe === undefined) continue;
      const row = this.recipes.get(key) ?? { recipe, accounts: [] };
      row.accounts[own.length] = (row.accounts[own.length] ?? 0) + by;
      if (most(row.accounts) === 0) this.recipes.delete(key);
      else this.recipes.set(key, row);
    }
  }
}

/** The largest number of computations that some account needs. */
const most = (accounts: readonly (number | undefined)[]): number =>
  Math.max(
    0,
    accounts.findLastIndex((it) => (it ?? 0) > 0),
  );
