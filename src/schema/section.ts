// The settings language: a section is a table of settings with, below it, collections of further sections. One
// definition per setting; type, decoder, manual, JSON Schema, help and IIS import are read from it.
import type { Json } from "../base/json.ts";
import { expectGood } from "../base/result.ts";
import type { Kind } from "./kind.ts";
import { text } from "./kinds/plain.ts";

/** When a change is felt: at once, by connections that begin after it, or when site or server have started again. */
export type Applies = "live" | "new-connections" | "site-restart" | "server-restart";

export interface Facts<Written> {
  /** What it decides, as sentences for the manual. */
  readonly doc: string;
  /** As a person would write it; null where there need not be a value. */
  readonly fallback: Written;
  readonly applies: Applies;
  /** The first version that knows it. */
  readonly since: string;
  /** The name IIS had for it, with its metabase id where one is known. */
  readonly iis?: string | { readonly name: string; readonly id: number };
}

export interface Setting<T = unknown> extends Facts<Json> {
  readonly kind: Kind<unknown>;
  /** The decoded fallback. */
  readonly value: T;
}

type Held<T, F> = F extends { readonly fallback: null } ? T | null : T;

export function setting<T, Written extends Json, const F extends Facts<Written | null>>(
  kind: Kind<T, Written>,
  facts: F,
): Setting<Held<T, F>> {
  const value = facts.fallback === null ? null : expectGood(kind.decode(facts.fallback));
  return { ...facts, kind: kind as Kind<unknown>, value: value as Held<T, F> };
}

export type Settings = Readonly<Record<string, Setting>>;
export type Collections = Readonly<Record<string, Collection>>;

export interface Collection<S extends Section = Section> {
  readonly section: S;
  readonly doc: string;
  /** How entries are named. */
  readonly named: Kind<string>;
  readonly max: number;
}

export interface Section<S extends Settings = Settings, C extends Collections = Collections> {
  readonly name: string;
  readonly doc: string;
  readonly settings: S;
  readonly collections: C;
}

/** What the program works with: every setting decoded. */
export type Values<S extends Section> = {
  readonly [Key in keyof S["settings"]]: S["settings"][Key] extends Setting<infer T> ? T : never;
};

const NAME = /^[a-z][a-zA-Z0-9]*$/;

export function section<S extends Settings, C extends Collections = Record<never, never>>(
  name: string,
  doc: string,
  settings: S,
  collections?: C,
): Section<S, C> {
  const below = collections ?? ({} as C);
  for (const key of [name, ...Object.keys(settings), ...Object.keys(below)])
    if (!NAME.test(key)) throw new Error(`"${key}" is no name for a setting: letters and digits, first one small`);
  for (const key of Object.keys(below))
    if (Object.hasOwn(settings, key)) throw new Error(`section ${name} uses the name ${key} twice`);
  return { name, doc, settings, collections: below };
}

export const ENTRY_NAME_LENGTH_MAX = 255;

export function collection<S extends Section>(
  of: S,
  options: { readonly doc: string; readonly named?: Kind<string>; readonly max?: number },
): Collection<S> {
  const { doc, named = text({ min: 1, max: ENTRY_NAME_LENGTH_MAX }), max = 100_000 } = options;
  return { section: of, doc, named, max };
}

/** The top of the tree: one section per service, and those that all share. */
export type Model = Readonly<Record<string, Section>>;

export function model(sections: readonly Section[]): Model {
  const byName: Record<string, Section> = {};
  for (const it of sections) {
    if (Object.hasOwn(byName, it.name)) throw new Error(`two sections with the name ${it.name}`);
    byName[it.name] = it;
  }
  return byName;
}
