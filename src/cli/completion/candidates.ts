// Candidates for one word by what it is: a path of the configuration, a value, the name of a service. The model
// answers alone where it can; only the names of entries are asked for.
import { locate, locateNode, locateSetting } from "../../metabase/tree/path.ts";
import type { Kind } from "../../schema/kind.ts";
import type { Model } from "../../schema/section.ts";
import type { Source, Verb } from "../verb.ts";
import { type Names, serviceNames } from "./names.ts";

export interface Candidate {
  readonly word: string;
  /** What it is, where the shell shows it. A word that ends in "/" or "=" goes on without a space. */
  readonly doc: string;
}

export interface Place {
  readonly model: Model;
  readonly verbs: readonly Verb[];
  readonly names: Names;
  /** The words before, of the same verb, without flags. */
  readonly before: readonly string[];
  /** What is typed of the word so far. */
  readonly typed: string;
}

const bare = (word: string): Candidate => ({ word, doc: "" });
const firstSentence = (text: string): string => /^.*?[.:;](?=\s|$)/.exec(text)?.[0] ?? text;

export const candidatesFor: Readonly<Record<Exclude<Source, "file">, (place: Place) => Promise<readonly Candidate[]>>> =
  {
    nothing: async () => [],
    service: async ({ model }) => ["server", ...serviceNames(model)].map(bare),
    target: async ({ model, names }) => {
      const live = await names.targets();
      return ["all", ...(live.length > 0 ? live : serviceNames(model))].map(bare);
    },
    verb: async ({ verbs, before }) => nextWords(verbs, before.join(" ")),
    path: (place) => pathCandidates(place, { settings: true, nodes: true }),
    setting: (place) => pathCandidates(place, { settings: true, nodes: false }),
    node: (place) => pathCandidates(place, { settings: false, nodes: true }),
    pairs: (place) => pairCandidates(place),
    assignments: (place) => assignmentCandidates(place),
  };

/** The words that go on with those typed: "config" gives "set", "get" and so on. */
export function nextWords(verbs: readonly Verb[], named: string): readonly Candidate[] {
  const start = named === "" ? "" : `${named} `;
  const found = new Map<string, string>();
  for (const { words, hidden, summary, group } of verbs) {
    if (hidden || !words.startsWith(start)) continue;
    const [next = "", ...more] = words.slice(start.length).split(" ");
    found.set(next, more.length === 0 ? summary : group);
  }
  return [...found].map(([word, doc]) => ({ word, doc }));
}

async function pathCandidates(
  { model, names, typed }: Place,
  wanted: { readonly settings: boolean; readonly nodes: boolean },
): Promise<readonly Candidate[]> {
  const node = (word: string, doc: string): readonly Candidate[] => [
    ...(wanted.nodes ? [{ word, doc }] : []),
    { word: `${word}/`, doc },
  ];
  const slash = typed.lastIndexOf("/");
  if (slash < 0) return Object.values(model).flatMap(({ name, doc }) => node(name, firstSentence(doc)));
  const above = typed.slice(0, slash);
  const spot = locate(model, above);
  if (!spot.ok || spot.value.is === "setting") return [];
  if (spot.value.is === "collection") {
    const paths = await names.paths(typed);
    const entries = new Set(paths.filter((it) => it.startsWith(`${above}/`)).map((it) => entryIn(above, it)));
    return [...entries].flatMap((it) => node(it, ""));
  }
  const { settings, collections } = spot.value.place.section;
  return [
    ...Object.entries(collections).map(([key, it]) => ({ word: `${above}/${key}/`, doc: firstSentence(it.doc) })),
    ...Object.entries(wanted.settings ? settings : {}).map(([key, it]) => ({
      word: `${above}/${key}`,
      doc: firstSentence(it.doc),
    })),
  ];
}

/** "smtp/sites/default" of "smtp/sites/default/bindings". */
const entryIn = (collection: string, path: string): string => {
  const end = path.indexOf("/", collection.length + 1);
  return end < 0 ? path : path.slice(0, end);
};

async function pairCandidates(place: Place): Promise<readonly Candidate[]> {
  let at = 0;
  while (at < place.before.length) {
    const setting = locateSetting(place.model, place.before[at] ?? "");
    if (setting.ok && setting.value.setting.kind.secret) at += 1;
    else if (setting.ok && at + 1 === place.before.length) return valueCandidates(setting.value.setting.kind, place);
    else at += 2;
  }
  return pathCandidates(place, { settings: true, nodes: false });
}

async function assignmentCandidates(place: Place): Promise<readonly Candidate[]> {
  const node = locateNode(place.model, place.before[0] ?? "");
  if (!node.ok) return [];
  const { settings } = node.value.section;
  const equals = place.typed.indexOf("=");
  if (equals < 0)
    return Object.entries(settings).map(([key, { kind, doc }]) => ({
      word: kind.secret ? key : `${key}=`,
      doc: firstSentence(doc),
    }));
  const key = place.typed.slice(0, equals);
  const setting = Object.hasOwn(settings, key) ? settings[key] : undefined;
  const values = setting === undefined ? [] : await valueCandidates(setting.kind, place);
  return values.map(({ word, doc }) => ({ word: `${key}=${word}`, doc }));
}

/** The values of a kind that has few, and the entries that it may name. */
export async function valueCandidates(
  kind: Kind<unknown>,
  { names }: Pick<Place, "names">,
): Promise<readonly Candidate[]> {
  if (kind.refersTo === undefined) return (kind.choices ?? []).map(bare);
  const collection = kind.refersTo;
  const paths = await names.paths(`${collection}/`);
  const entries = new Set(paths.map((it) => entryIn(collection, it).slice(collection.length + 1)));
  return [...entries].map(bare);
}
