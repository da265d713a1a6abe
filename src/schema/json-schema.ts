// The JSON Schema of the whole configuration, for editors that check a file while it is written. Pure.
import type { JsonObject } from "../base/json.ts";
import type { Model, Section, Setting } from "./section.ts";

export function modelSchema(model: Model): JsonObject {
  const properties = Object.fromEntries(Object.entries(model).map(([name, it]) => [name, sectionSchema(it)]));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "inetsrv configuration",
    type: "object",
    properties,
    additionalProperties: false,
  };
}

function sectionSchema(section: Section): JsonObject {
  const properties: Record<string, JsonObject> = {};
  for (const [key, setting] of Object.entries(section.settings)) properties[key] = settingSchema(setting);
  for (const [key, it] of Object.entries(section.collections))
    properties[key] = { type: "object", description: it.doc, additionalProperties: sectionSchema(it.section) };
  return { type: ["object", "null"], description: section.doc, properties, additionalProperties: false };
}

/** A null takes the statement away, so every setting also accepts it. */
function settingSchema({ kind, doc, fallback }: Setting): JsonObject {
  return { description: doc, default: fallback, anyOf: [kind.jsonSchema, { type: "null" }] };
}
