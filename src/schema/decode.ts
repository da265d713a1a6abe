// Reads the settings of one node strictly: every problem at once, each with path, value and wish. Pure.
import { isObject, type Json } from "../base/json.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Complaint } from "./kind.ts";
import type { Section, Setting } from "./section.ts";

/** The settings a node states itself, each in its canonical spelling. */
export type Own = Readonly<Record<string, Json>>;

export interface Problem {
  /** Where: "smtp/sites/default/bindings/0". */
  readonly path: string;
  /** What was given, as JSON; never the text of a secret. */
  readonly given: string;
  /** What is needed instead. */
  readonly wish: string;
  /** The whole sentence, where path, value and wish in a row would read badly. */
  readonly says?: string;
}

const GIVEN_LENGTH_MAX = 120;

export function problem(path: string, given: Json, wish: string): Problem {
  const text = JSON.stringify(given);
  return { path, given: text.length > GIVEN_LENGTH_MAX ? `${text.slice(0, GIVEN_LENGTH_MAX)}…` : text, wish };
}

/** `smtp/sites/default/bindings/0 is "25", but needs address:port …` */
export const problemSentence = ({ path, given, wish, says }: Problem): string =>
  says ?? `${path} is ${given}, but needs ${wish}`;

/** Decodes what is given for the settings of `section`; a null stands for "not stated". */
export function decodeOwn(section: Section, given: unknown, path: string): { own: Own; problems: readonly Problem[] } {
  if (!isObject(given)) return { own: {}, problems: [problem(path, given as Json, `settings of ${section.name}`)] };
  const own: Record<string, Json> = {};
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(given)) {
    const known = settingNamed(section, key);
    if (known === undefined) problems.push(unknownName(section, key, path));
    else if (value !== null) {
      const decoded = known.kind.decode(value as Json);
      if (decoded.ok) own[key] = known.kind.print(decoded.value);
      else problems.push(...decoded.error.map((it) => locate(`${path}/${key}`, it)));
    }
  }
  return { own, problems };
}

export const settingNamed = (section: Section, key: string): Setting | undefined =>
  Object.hasOwn(section.settings, key) ? section.settings[key] : undefined;

const locate = (path: string, it: Complaint): Problem => problem([path, ...it.at].join("/"), it.given, it.wish);

/** A name that the node at `path` has neither as a setting nor as a collection, with the nearest that it has. */
export function unknownName(section: Section, key: string, path: string): Problem {
  const known = [...Object.keys(section.settings), ...Object.keys(section.collections)];
  const near = didYouMean(key, known);
  return {
    ...problem(`${path}/${key}`, key, `a setting or collection of ${section.name}${near}`),
    says: `${path} has no setting ${JSON.stringify(key)}${near}`,
  };
}
