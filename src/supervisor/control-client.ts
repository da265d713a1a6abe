// Asks a running server over its control socket. Knows the form of questions and answers, and nothing of what they say.

import type { Json, JsonObject } from "../base/json.ts";
import { bad, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";
import { socketPath } from "../ipc/socket-path.ts";
import { readAnswer } from "./answer-json.ts";
import { type Client, operationPath, type Refusal, refusal } from "./operation.ts";
import { readFollowed, STEPS_TYPE } from "./steps-stream.ts";

/** A server that hands over to another release answers again within a moment. */
const ASK_AGAIN_MS = 100;
const ASK_AGAIN_LIMIT_MS = 10_000;

export class ControlClient implements Client {
  readonly online = true;
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async call(
    operation: string,
    given: JsonObject,
    tell: (step: Json) => void = () => {},
  ): Promise<Result<Json, Refusal>> {
    const endMs = performance.now() + ASK_AGAIN_LIMIT_MS;
    for (;;) {
      const answer = await this.ask(operation, given, tell);
      if (answer !== "ask again") return answer;
      if (performance.now() > endMs) return bad(refusal("unavailable", "The server is being handed over: try again"));
      await Bun.sleep(ASK_AGAIN_MS);
    }
  }

  private async ask(
    operation: string,
    given: JsonObject,
    tell: (step: Json) => void,
  ): Promise<Result<Json, Refusal> | "ask again"> {
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
      if (response.headers.has("retry-after")) return "ask again";
      if (response.headers.get("content-type") === STEPS_TYPE && response.body !== null)
        return await readFollowed(response.body, tell);
      return readAnswer(await response.json());
    } catch (error) {
      const because = messageOf(error);
      return bad(refusal("unavailable", `The server did not answer ${operation}: ${because}`));
    } finally {
      where.value.close();
    }
  }
}
