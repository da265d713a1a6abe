// What a setting is worth at a node: stated there, inherited from a node above, or the default. Pure.
import type { Json } from "../base/json.ts";
import { expectGood } from "../base/result.ts";
import type { Own } from "./decode.ts";
import type { Section, Setting, Values } from "./section.ts";

/** One node on the way from the top of the tree down to the node asked about. */
export interface Step {
  readonly path: string;
  readonly section: Section;
  readonly own: Own;
}

export interface Origin {
  readonly from: "own" | "inherited" | "default";
  /** The node that states it; undefined for a default. */
  readonly path?: string;
  readonly written: Json;
}

/**
 * Where the value of one setting comes from; `chain` runs from the top down and ends with the node itself. A node
 * inherits from a node above that has the very same setting, so a section decides what can be inherited by sharing it.
 */
export function originOf(chain: readonly Step[], key: string, setting: Setting): Origin {
  for (let index = chain.length - 1; index >= 0; index--) {
    const step = chain[index];
    if (step === undefined || step.section.settings[key] !== setting) continue;
    const written = step.own[key];
    if (written !== undefined)
      return { from: index === chain.length - 1 ? "own" : "inherited", path: step.path, written };
  }
  return { from: "default", written: setting.fallback };
}

/** Every setting of the last node of `chain`, decoded. What a node holds was decoded before, so this cannot fail. */
export function valuesOf<S extends Section>(section: S, chain: readonly Step[]): Values<S> {
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(section.settings)) {
    const { from, written } = originOf(chain, key, setting);
    values[key] = from === "default" ? setting.value : expectGood(setting.kind.decode(written));
  }
  return values as Values<S>;
}
