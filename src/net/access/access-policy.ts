// The settings of a gate, made ready to be asked for every connection. Made once per change; sites that inherit the same
// lists share what is made of them, as a thousand copies of a thousand rules would be slow to make and large.
import type { AccessValues } from "./access-settings.ts";
import { AddressRules } from "./address-rules.ts";
import { type NamedRange, RangeIndex, sameRange } from "./range-index.ts";

export interface AccessPolicy {
  readonly values: AccessValues;
  readonly rules: AddressRules;
  readonly exempt: RangeIndex;
  readonly proxies: RangeIndex;
  /** Whether there is anything for which an address is turned away for a time. */
  readonly restricts: boolean;
}

/** For the sites of one worker: they are opened one after the other, and compared with the one before. */
export function policyMaker(): (values: AccessValues) => AccessPolicy {
  let rules = new AddressRules([], "allow");
  const [exemptOf, proxiesOf] = [indexMaker(), indexMaker()];
  return (values) => {
    if (!rules.isOf(values.access, values.accessUnlisted))
      rules = new AddressRules(values.access, values.accessUnlisted);
    return {
      values,
      rules,
      exempt: exemptOf(values.exempt),
      proxies: proxiesOf(values.proxyProtocolFrom),
      restricts: values.restrictFor > 0 && (values.requestRate !== null || values.failureRate !== null),
    };
  };
}

function indexMaker(): (ranges: readonly NamedRange[]) => RangeIndex {
  let last: readonly NamedRange[] = [];
  let index = new RangeIndex(last);
  return (ranges) => {
    if (ranges.length === last.length && ranges.every((it, place) => sameRange(it, last[place]))) return index;
    last = ranges;
    index = new RangeIndex(ranges);
    return index;
  };
}
