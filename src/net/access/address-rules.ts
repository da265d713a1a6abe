// Which addresses a list of rules lets in, in the order of IIS: from the top, the first rule that names the address
// decides, and a default where none does. Made once per change of settings; a lookup makes no object.
import { type AccessRule, accessRule } from "../../schema/kinds/access.ts";
import { addressWords, type Family, readAddress } from "./address-words.ts";
import { RangeIndex, sameRange } from "./range-index.ts";

export type Unlisted = "allow" | "deny";

export class AddressRules {
  private readonly rules: readonly AccessRule[];
  private readonly unlisted: Unlisted;
  private readonly unlistedSetting: string;
  private readonly index: RangeIndex;

  constructor(rules: readonly AccessRule[], unlisted: Unlisted, unlistedSetting = "accessUnlisted") {
    this.rules = rules;
    this.unlisted = unlisted;
    this.unlistedSetting = unlistedSetting;
    this.index = new RangeIndex(rules.map((it) => it.range));
  }

  allows(family: Family, words: Uint32Array): boolean {
    return this.rules[this.index.first(family, words)]?.allows ?? this.unlisted === "allow";
  }

  /** What decides about the address: "rule 3 is deny 192.0.2.0/24". */
  explain(family: Family, words: Uint32Array): string {
    const position = this.index.first(family, words);
    const rule = this.rules[position];
    if (rule !== undefined) return `rule ${position + 1} is ${String(accessRule.print(rule))}`;
    return `no rule names it, and ${this.unlistedSetting} is ${this.unlisted}`;
  }

  /** For whoever asks about an address, which was read as one before, and lets nobody in. */
  judge(address: string): { readonly allowed: boolean; readonly because: string } {
    const words = addressWords();
    const family = readAddress(address, words);
    if (family === undefined) throw new Error(`${address} was read as an address before`);
    return { allowed: this.allows(family, words), because: this.explain(family, words) };
  }

  /** Whether making it anew from these would give the same. */
  isOf(rules: readonly AccessRule[], unlisted: Unlisted): boolean {
    return (
      unlisted === this.unlisted &&
      rules.length === this.rules.length &&
      rules.every((rule, position) => sameRule(rule, this.rules[position]))
    );
  }
}

const sameRule = (left: AccessRule, right: AccessRule | undefined): boolean =>
  right !== undefined && left.allows === right.allows && sameRange(left.range, right.range);
