// What the settings of a node say to others: bindings they claim, entries they name. Read from the kinds; pure.
import type { Own } from "../../schema/decode.ts";
import type { Kind } from "../../schema/kind.ts";
import type { Model, Section, Setting } from "../../schema/section.ts";
import { sectionAt } from "../tree/path.ts";

export interface Said<T> {
  readonly node: string;
  /** The path of the setting that says it. */
  readonly setting: string;
  readonly what: T;
}

export function said<T>(
  model: Model,
  path: string,
  own: Own,
  ask: (kind: Kind<unknown>, value: unknown) => readonly T[] | undefined,
): readonly Said<T>[] {
  const section = sectionAt(model, path);
  if (section === undefined) return [];
  const all: Said<T>[] = [];
  for (const [key, { kind }] of talkative(section)) {
    const written = own[key];
    const decoded = written === undefined ? undefined : kind.decode(written);
    if (decoded?.ok)
      for (const what of ask(kind, decoded.value) ?? []) all.push({ node: path, setting: `${path}/${key}`, what });
  }
  return all;
}

const known = new WeakMap<Section, readonly (readonly [string, Setting])[]>();

/** The settings that can say anything; most cannot, and are not decoded. */
function talkative(section: Section): readonly (readonly [string, Setting])[] {
  const found =
    known.get(section) ??
    Object.entries(section.settings).filter(([, { kind }]) => kind.links !== undefined || kind.claims !== undefined);
  known.set(section, found);
  return found;
}
