// The languages that a client would read, best first, as names that may stand in a path. RFC 9110 §12.5.4 partly: what a site has is
// tried in this order, and "*" stands for nothing. Pure.
import { readWeighted } from "../../../proto/http/content/weighted-list.ts";

const LANGUAGES_MAX = 10;
const RANGE = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;

/** "de-AT" is followed by "de", RFC 4647 §3.4. */
export function wantedLanguages(acceptLanguage: string | undefined, otherwise: string): readonly string[] {
  const ranges = readWeighted(acceptLanguage ?? "", LANGUAGES_MAX)
    .filter(({ name, weight }) => weight > 0 && RANGE.test(name))
    .toSorted((one, other) => other.weight - one.weight);
  const tags = [...ranges.map((it) => it.name), otherwise].flatMap(withShorter);
  return [...new Set(tags)].slice(0, LANGUAGES_MAX);
}

function withShorter(tag: string): readonly string[] {
  const parts = tag.split("-");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("-"));
}
