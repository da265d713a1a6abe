// Asks a running server over its control socket. Knows the form of questions and answers, and nothing of what they say.

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";
import { socketPath } from "../ipc/socket-path.ts";
import { type Client, operationPath, type Refusal, refusal } from "./operation.ts";

export class ControlClient implements Client {
  readonly online = true;
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async call(operation: string, given: JsonObject): Promise<Result<Json, Refusal>> {
    const where = socketPath(this.path);
    if (!where.ok) return bad(refusal("unavailable", `Cannot reach the server: ${where.error}`));
    try {
      const response = await fetch(`http://inetsrv${operationPath(operation)}`, {
        unix: where.value.path,
        method: "POST",
        body: JSON.stringify(given),
        // An operation may wait for a drain.
        timeout: false,
      } as RequestInit);
      return readAnswer(await response.json());
    } catch (error) {
      const because = messageOf(error);
      return bad(refusal("unavailable", `The server did not answer ${operation}: ${because}`));
    } finally {
      where.value.close();
    }
  }
}

function readAnswer(body: unknown): Result<Json, Refusal> {
  if (isObject(body) && "answer" in body) return good(body.answer as Json);
  if (isObject(body) && isObject(body.refused) && typeof body.refused.sentence === "string")
    return bad(body.refused as unknown as Refusal);
  return bad(refusal("unavailable", "The server gave an answer that this release does not know"));
}
