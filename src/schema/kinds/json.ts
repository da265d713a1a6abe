// Any JSON value, where whoever takes it reads it strictly himself. Pure.
import type { Json } from "../../base/json.ts";
import { accept, type Kind } from "../kind.ts";

export const json: Kind<Json, Json> = {
  name: "JSON",
  wish: "a JSON value",
  decode: accept,
  print: (value) => value,
  jsonSchema: {},
};
