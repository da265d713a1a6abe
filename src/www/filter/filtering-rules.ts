// The filteringRules of IIS: texts that may not stand in the path, the query or the headers of requests for some files. Pure.
import type { FilterValues } from "./filter-settings.ts";
import { containsOneOf, extensionOf, hasBarePercent, lowered, unescaped, unescapedQuery } from "./filter-texts.ts";
import type { Filtered, Refuses } from "./filtered.ts";

type Rule = FilterValues["filteringRules"][string];

/** As it was said, and as it will be read. */
interface Scanned {
  readonly raw: string;
  readonly meant: string;
}

export const scanUrl = ({ filteringRules }: FilterValues): Refuses | undefined =>
  scan(
    Object.values(filteringRules).filter((it) => it.scanUrl),
    ({ raw, path }) => [{ raw: raw.split("?", 1)[0] ?? "", meant: path.path }],
  );

export const scanQuery = ({ filteringRules, unescapeQueryString }: FilterValues): Refuses | undefined =>
  scan(
    Object.values(filteringRules).filter((it) => it.scanQueryString),
    ({ path: { query } }) => [{ raw: query, meant: unescapeQueryString ? unescapedQuery(query) : query }],
  );

export const scanHeaders = ({ filteringRules }: FilterValues): Refuses | undefined =>
  scan(
    Object.values(filteringRules).filter((it) => it.scanAllRaw || it.scanHeaders.length > 0),
    ({ fields }, rule) => [
      ...rule.scanHeaders.map((name) => fields.header(name) ?? "").map((raw) => ({ raw, meant: unescaped(raw) })),
      ...(rule.scanAllRaw ? fields.headers().map(([name, value]) => `${name}: ${value}`) : []).map(asSaid),
    ],
  );

const asSaid = (raw: string): Scanned => ({ raw, meant: raw });

function scan(rules: readonly Rule[], scanned: (it: Filtered, rule: Rule) => readonly Scanned[]): Refuses | undefined {
  if (rules.length === 0) return undefined;
  const ready = rules.map((rule) => {
    const extensions = lowered(rule.appliesTo);
    const isDenied = containsOneOf(rule.denyStrings);
    const isRefused = ({ raw, meant }: Scanned) =>
      (rule.denyUnescapedPercent && hasBarePercent(raw)) || isDenied(raw) || (meant !== raw && isDenied(meant));
    return (it: Filtered) =>
      (extensions.size === 0 || extensions.has(extensionOf(it.path))) && scanned(it, rule).some(isRefused);
  });
  return (it) => ready.some((isRefused) => isRefused(it));
}
