// Settings with their values as they are typed: paths with values, or key=value. Each value is read through the kind
// of its setting; that of a secret is asked for, and never taken from the argument list.
import type { Json, JsonObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import { locateSetting, type SettingPlace } from "../metabase/tree/path.ts";
import { type Problem, problemSentence } from "../schema/decode.ts";
import type { Model } from "../schema/section.ts";
import { refusal } from "../supervisor/operation.ts";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit-code.ts";
import { readSecret } from "./secret-input.ts";
import { readValue } from "./value-text.ts";

export interface Assignment {
  readonly place: SettingPlace;
  /** undefined: a secret, to be asked for. */
  readonly value: Json | undefined;
}

/** What is wrong with the words; `unknown` where a path names nothing. */
export type Misassigned =
  | { readonly is: "misuse"; readonly sentence: string }
  | { readonly is: "unknown"; readonly problem: Problem };

const SECRETS_STAY_OUT =
  "is a secret, whose value never stands in the argument list: every user of the machine can read it there, and " +
  "shells keep it. Leave it out: it is asked for, or read from standard input";

/** PATH VALUE PATH VALUE …, where the path of a secret has no value behind it. */
export function readPairs(model: Model, words: readonly string[]): Result<readonly Assignment[], Misassigned> {
  const assignments: Assignment[] = [];
  for (let at = 0; at < words.length; at++) {
    const path = words[at] ?? "";
    const place = locateSetting(model, path);
    const before = assignments.at(-1);
    if (!place.ok && before !== undefined && before.value === undefined)
      return bad({ is: "misuse", sentence: `${before.place.path} ${SECRETS_STAY_OUT}` });
    if (!place.ok) return bad({ is: "unknown", problem: place.error });
    if (assignments.some((it) => it.place.path === place.value.path)) return bad(twice(path));
    const { kind } = place.value.setting;
    if (kind.secret) {
      assignments.push({ place: place.value, value: undefined });
      continue;
    }
    const text = words[++at];
    if (text === undefined) return bad({ is: "misuse", sentence: `${path} has no value behind it: ${kind.wish}` });
    assignments.push({ place: place.value, value: readValue(kind, text) });
  }
  return good(assignments);
}

/** `key=value` for the settings of one node; the key of a secret stands alone. */
export function readKeys(
  model: Model,
  node: string,
  words: readonly string[],
): Result<readonly Assignment[], Misassigned> {
  const assignments: Assignment[] = [];
  for (const word of words) {
    const equals = word.indexOf("=");
    const path = `${node}/${equals < 0 ? word : word.slice(0, equals)}`;
    const located = locateSetting(model, path);
    if (equals < 0 && located.ok && !located.value.setting.kind.secret)
      return bad({ is: "misuse", sentence: `${word} has no value behind it: it is typed ${word}=VALUE, in one word` });
    const read = readPairs(model, equals < 0 ? [path] : [path, word.slice(equals + 1)]);
    if (!read.ok) return read;
    if (assignments.some((it) => it.place.path === read.value[0]?.place.path)) return bad(twice(path));
    assignments.push(...read.value);
  }
  return good(assignments);
}

const twice = (path: string): Misassigned => ({
  is: "misuse",
  sentence: `${path} is set twice; a list is typed as a,b,c or as JSON`,
});

/** `verb` is the one whose help tells how its words are typed. */
export function misassigned({ out }: Pick<Context, "out">, wrong: Misassigned, verb: string): ExitCode {
  if (wrong.is === "misuse") return out.misused(wrong.sentence, `Type: inetsrv help ${verb}`);
  return unknownPath({ out }, wrong.problem);
}

export const unknownPath = ({ out }: Pick<Context, "out">, it: Problem): ExitCode =>
  out.refused(refusal("unknown", problemSentence(it), [it]));

/** The settings by node, with the secrets among them asked for. */
export async function settingsByNode(
  context: Context,
  assignments: readonly Assignment[],
): Promise<Result<ReadonlyMap<string, JsonObject>, ExitCode>> {
  const secrets = assignments.filter((it) => it.value === undefined);
  if (secrets.length > 1 && !context.world.stdin.isTerminal)
    return bad(context.out.misused("Standard input holds one secret, and more are needed", "Set one after the other"));
  const byNode = new Map<string, Record<string, Json>>();
  for (const { place, value } of assignments) {
    const read = value === undefined ? await readSecret(context, place.path) : good(value);
    if (!read.ok) return read;
    const settings = byNode.get(place.of.path) ?? {};
    settings[place.key] = read.value;
    byNode.set(place.of.path, settings);
  }
  return good(byNode);
}
