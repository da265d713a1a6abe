// Versions of releases and their order: "0.2.0", and "0.2.0+fix1.fix2" for a base with its hotfixes, in the order in which
// they were put on. Pure.

export interface Version {
  readonly core: readonly [number, number, number];
  readonly hotfixes: readonly string[];
}

const NUMBER = "(0|[1-9][0-9]{0,5})";
const ID = "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?";
const shape = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:\\+(${ID}(?:\\.${ID})*))?$`);
const idShape = new RegExp(`^${ID}$`);
/** With a longer one the name of the folder would become too long for some disks. */
const TEXT_MAX = 200;

/** What may name a hotfix: small letters, digits, and hyphens between them. */
export const isHotfixId = (text: string): boolean => idShape.test(text);

export function readVersion(text: string): Version | undefined {
  const found = text.length <= TEXT_MAX ? shape.exec(text) : null;
  if (found === null) return undefined;
  const [, major, minor, patch, more] = found;
  const hotfixes = more === undefined ? [] : more.split(".");
  if (new Set(hotfixes).size !== hotfixes.length) return undefined;
  return { core: [Number(major), Number(minor), Number(patch)], hotfixes };
}

export const versionWith = (base: string, hotfixes: readonly string[]): string =>
  hotfixes.length === 0 ? base : `${base}+${hotfixes.join(".")}`;

/** Below zero when the left one is older: first by its numbers, then the base before what has more hotfixes on it. */
export function compareVersions(left: string, right: string): number {
  const [one, other] = [readVersion(left), readVersion(right)];
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined);
  for (const index of [0, 1, 2] as const)
    if (one.core[index] !== other.core[index]) return one.core[index] - other.core[index];
  const more = one.hotfixes.length - other.hotfixes.length;
  return more !== 0 ? more : Number(left > right) - Number(left < right);
}
