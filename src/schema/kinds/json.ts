// Any JSON value, where whoever takes it reads it strictly himself. Pure.
import type { Json, JsonObject } from "../../base/json.ts";
import { accept, type Kind } from "../kind.ts";

export const json = (wish: string, jsonSchema: JsonObject): Kind<Json, Json> => ({
  name: "JSON",
  wish,
  decode: accept,
  print: (value) => value,
  jsonSchema,
});
