// The languages that a client would read, best first, as names that may stand in a path. RFC 9110 §12.5.4 partly: what a site has is
// tried in this order, and "*" stands for nothing. Pure.

const LANGUAGES_MAX = 10;
const RANGE = /^([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:[\t ]*;[\t ]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/** "de-AT" is followed by "de", RFC 4647 §3.4. */
export function wantedLanguages(acceptLanguage: string | undefined, otherwise: string): readonly string[] {
  const ranges = (acceptLanguage ?? "")
    .split(",", LANGUAGES_MAX)
    .map((it) => RANGE.exec(it.trim()))
    .flatMap((it) => (it === null ? [] : [{ tag: it[1] ?? "", weight: Number(it[2] ?? "1") }]))
    .filter((it) => it.weight > 0)
    .sort((one, other) => other.weight - one.weight);
  const tags = [...ranges.map((it) => it.tag), otherwise].flatMap(withShorter);
  return [...new Set(tags)].slice(0, LANGUAGES_MAX);
}

function withShorter(tag: string): readonly string[] {
  const parts = tag.split("-");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("-"));
}
