// The control API described as OpenAPI, from the same rows that answer it. Pure.
import type { JsonObject } from "../base/json.ts";
import { type Operation, operationPath } from "./operation.ts";
import { STEPS_TYPE } from "./steps-stream.ts";

export function openApi<Context>(operations: readonly Operation<Context>[], version: string): JsonObject {
  return {
    openapi: "3.1.0",
    info: {
      title: "inetsrv control API",
      version,
      description: "Answered over HTTP on the socket run/control.sock of the home.",
    },
    paths: Object.fromEntries(operations.map((it) => [operationPath(it.name), methodsOf(it)])),
    components: { schemas: { Refusal: refusalSchema } },
  };
}

/** What only reads may be asked with GET too, its parameters in the query. */
const methodsOf = <Context>(it: Operation<Context>): JsonObject =>
  it.reads ? { get: { ...described(it, "get"), parameters: queryOf(it) }, post: describe(it) } : { post: describe(it) };

const queryOf = <Context>({ takes }: Operation<Context>): readonly JsonObject[] =>
  Object.entries(takes).map(([name, { kind, doc, needed }]) => ({
    name,
    in: "query",
    required: needed,
    description: doc,
    schema: kind.jsonSchema,
  }));

function describe<Context>(it: Operation<Context>): JsonObject {
  const { takes } = it;
  const properties = Object.fromEntries(
    Object.entries(takes).map(([key, { kind, doc: told }]) => [key, { ...kind.jsonSchema, description: told }]),
  );
  const required = Object.entries(takes).flatMap(([key, it]) => (it.needed ? [key] : []));
  const schema = { type: "object", properties, required, additionalProperties: false };
  return { ...described(it, "post"), requestBody: { content: { "application/json": { schema } } } };
}

function described<Context>({ name, doc, tells }: Operation<Context>, method: "get" | "post"): JsonObject {
  return {
    operationId: method === "post" ? name : `${name}.read`,
    summary: doc,
    responses: {
      200: tells === true ? told : { description: "Done; the answer stands under `answer`." },
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

const told: JsonObject = {
  description:
    "One object in each line: the steps as they happen, each under `step`, and behind them `answer`, or `refused`.",
  content: { [STEPS_TYPE]: {} },
};

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
