// Entity tags: what is compared to know whether two representations are the same. RFC 9110 §8.8.3 done. Pure.

export interface EntityTag {
  /** Only fit to say that two are as good as the same. */
  readonly weak: boolean;
  /** What stands between the quotes. */
  readonly opaque: string;
}

export const printEntityTag = ({ weak, opaque }: EntityTag): string => `${weak ? "W/" : ""}"${opaque}"`;

/** RFC 9110 §8.8.3.2 done: byte for byte; strong only where neither is weak. */
export const isSame = (one: EntityTag, other: EntityTag, comparison: "strong" | "weak"): boolean =>
  one.opaque === other.opaque && (comparison === "weak" || !(one.weak || other.weak));

const TAGS_MAX = 256;
const TAG = /(W\/)?"([!#-~\x80-\xff]*)"/y;
const ALONE = new RegExp(`^${TAG.source}$`);
const SEPARATOR = /[\t ]*(?:,[\t ]*)*/y;

/** One alone, as in ETag and If-Range; undefined for what is none. */
export function readEntityTag(text: string): EntityTag | undefined {
  const [, weak, opaque] = ALONE.exec(text) ?? [];
  return opaque === undefined ? undefined : { weak: weak !== undefined, opaque };
}

/** As in If-Match and If-None-Match: a list, or "*". Of what is no list, or longer than any client means, nothing counts. */
export function readEntityTags(text: string): readonly EntityTag[] | "any" {
  if (text === "*") return "any";
  const tags: EntityTag[] = [];
  let at = 0;
  while (at < text.length) {
    TAG.lastIndex = at;
    const [whole, weak, opaque] = TAG.exec(text) ?? [];
    if (whole === undefined || opaque === undefined || tags.length === TAGS_MAX) return [];
    tags.push({ weak: weak !== undefined, opaque });
    at += whole.length;
    SEPARATOR.lastIndex = at;
    const separator = SEPARATOR.exec(text)?.[0] ?? "";
    at += separator.length;
    if (at < text.length && !separator.includes(",")) return [];
  }
  return tags;
}
