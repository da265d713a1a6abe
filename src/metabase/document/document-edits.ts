// A nested document as edits of a view. "merge" changes what it names; "replace" makes every top section that it names
// exactly what it says. Pure; settings are decoded when the edits are applied.
import { isObject, type Json, type JsonObject, sameJson } from "../../base/json.ts";
import { didYouMean } from "../../base/nearest.ts";
import { type Problem, problem, settingNamed } from "../../schema/decode.ts";
import type { Edit } from "../change/edit.ts";
import { type CollectionPlace, collectionOf, collectionsOf, entryOf, entryWish, type Place } from "../tree/path.ts";
import type { View } from "../tree/view.ts";
import { hideSecrets, isSecretMarker } from "./secret-marker.ts";

export type ApplyMode = "merge" | "replace";

export class DocumentEdits {
  readonly edits: Edit[] = [];
  readonly problems: Problem[] = [];
  /** Settings whose secret the document leaves as it is, where there is none. */
  readonly missingSecrets: string[] = [];
  private readonly view: View;
  private readonly mode: ApplyMode;

  constructor(view: View, document: JsonObject, mode: ApplyMode) {
    this.view = view;
    this.mode = mode;
    const tops = Object.keys(view.model);
    for (const [name, given] of Object.entries(document)) {
      const section = Object.hasOwn(view.model, name) ? view.model[name] : undefined;
      if (section !== undefined) this.node({ path: name, section }, given);
      else this.problems.push(problem(name, name, `one of ${tops.join(", ")}${didYouMean(name, tops)}`));
    }
  }

  private node(place: Place, given: Json): void {
    if (given === null) {
      if (this.view.own(place.path) !== undefined) this.edits.push({ at: place.path, remove: true });
      return;
    }
    if (!isObject(given)) {
      this.problems.push(problem(place.path, given, `settings and collections of ${place.section.name}`));
      return;
    }
    this.settings(place, given);
    for (const under of collectionsOf(place)) {
      const entries = given[under.key];
      if (entries !== undefined || this.mode === "replace") this.entries(under, entries ?? {});
    }
  }

  private settings(place: Place, given: Readonly<Record<string, unknown>>): void {
    const own = this.view.own(place.path);
    const settings: Record<string, Json> = {};
    for (const [key, value] of Object.entries(given) as [string, Json][]) {
      if (collectionOf(place, key) !== undefined) continue;
      const written = own?.[key];
      const isKept = written !== undefined && sameJson(hideSecrets(written), value);
      const kind = settingNamed(place.section, key)?.kind;
      const isMissing = written === undefined && (kind?.secret || kind?.hidden) && isSecretMarker(value);
      if (isMissing) this.missingSecrets.push(`${place.path}/${key}`);
      else if (!isKept) settings[key] = value;
    }
    if (own !== undefined && this.mode === "replace")
      for (const key of Object.keys(own)) if (!Object.hasOwn(given, key)) settings[key] = null;
    if (own === undefined) this.edits.push({ at: place.path, create: settings });
    else if (Object.keys(settings).length > 0) this.edits.push({ at: place.path, set: settings });
  }

  private entries(under: CollectionPlace, given: unknown): void {
    if (!isObject(given)) {
      this.problems.push(problem(under.path, given as Json, `entries of ${under.path} by name`));
      return;
    }
    const named = new Set<string>();
    for (const [name, entry] of Object.entries(given) as [string, Json][]) {
      const place = entryOf(under, name);
      if (place === undefined) this.problems.push(problem(under.path, name, entryWish(under)));
      else if (named.has(place.path)) this.problems.push(problem(place.path, name, "to stand in the document once"));
      else {
        named.add(place.path);
        this.node(place, entry);
      }
    }
    if (this.mode === "replace")
      for (const path of this.view.entries(under.path))
        if (!named.has(path)) this.edits.push({ at: path, remove: true });
  }
}
