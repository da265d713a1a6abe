// The control API described as OpenAPI, from the same rows that answer it. Pure.
import type { JsonObject } from "../base/json.ts";
import { type Operation, operationPath } from "./operation.ts";

export function openApi<Context>(operations: readonly Operation<Context>[], version: string): JsonObject {
  return {
    openapi: "3.1.0",
    info: {
      title: "inetsrv control API",
      version,
      description: "Answered over HTTP on the socket run/control.sock of the home.",
    },
    paths: Object.fromEntries(operations.map((it) => [operationPath(it.name), { post: describe(it) }])),
    components: { schemas: { Refusal: refusalSchema } },
  };
}

function describe<Context>({ name, doc, takes }: Operation<Context>): JsonObject {
  const properties = Object.fromEntries(
    Object.entries(takes).map(([key, { kind, doc: told }]) => [key, { ...kind.jsonSchema, description: told }]),
  );
  const required = Object.entries(takes).flatMap(([key, it]) => (it.needed ? [key] : []));
  const schema = { type: "object", properties, required, additionalProperties: false };
  return {
    operationId: name,
    summary: doc,
    requestBody: { content: { "application/json": { schema } } },
    responses: {
      200: { description: "Done; the answer stands under `answer`." },
      default: {
        description: "Nothing was done: 400 wrong, 404 unknown, 409 conflict, 422 refused, 503 unavailable.",
        content: {
          "application/json": {
            schema: { type: "object", properties: { refused: { $ref: "#/components/schemas/Refusal" } } },
          },
        },
      },
    },
  };
}

const refusalSchema: JsonObject = {
  type: "object",
  properties: {
    reason: { enum: ["wrong", "unknown", "conflict", "refused", "unavailable"] },
    sentence: { type: "string" },
    problems: {
      type: "array",
      items: {
        type: "object",
        properties: { path: { type: "string" }, given: { type: "string" }, wish: { type: "string" } },
      },
    },
  },
};
