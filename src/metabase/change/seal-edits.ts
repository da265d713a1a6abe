// Clear text given for secret settings, sealed before anything else sees it. What is no text, or too long for one, is
// left for the decoder to refuse.
import type { Fault } from "../../base/fault.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { good, type Result } from "../../base/result.ts";
import { TEXT_LENGTH_MAX } from "../../schema/kind.ts";
import type { Model } from "../../schema/section.ts";
import { locateNode } from "../tree/path.ts";
import { type Edit, settingsOf } from "./edit.ts";

/** Makes the sealed form; the path is for the sentence when it cannot. */
export type Seal = (clear: string, settingPath: string) => Promise<Result<Json, Fault>>;

export async function sealEdits(
  model: Model,
  edits: readonly Edit[],
  seal: Seal,
): Promise<Result<readonly Edit[], Fault>> {
  const sealed: Edit[] = [];
  for (const edit of edits) {
    const section = locateNode(model, edit.at);
    if ("remove" in edit || !section.ok) {
      sealed.push(edit);
      continue;
    }
    const given = settingsOf(edit);
    const replaced: Record<string, Json> = {};
    for (const [key, setting] of Object.entries(section.value.section.settings)) {
      const clear = setting.kind.secret ? given[key] : undefined;
      if (typeof clear !== "string" || clear.length > TEXT_LENGTH_MAX) continue;
      const made = await seal(clear, `${section.value.path}/${key}`);
      if (!made.ok) return made;
      replaced[key] = made.value;
    }
    sealed.push(Object.keys(replaced).length === 0 ? edit : withSettings(edit, { ...given, ...replaced }));
  }
  return good(sealed);
}

const withSettings = (edit: Edit, settings: JsonObject): Edit =>
  "set" in edit ? { at: edit.at, set: settings } : { at: edit.at, create: settings };
