// The answer of an operation that tells its steps, as it crosses the control socket: each step is a line of JSON as soon as
// it is made, and the answer is the last line. Both ends of it stand here; what a step says is the matter of others.
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { linesOf } from "../base/lines-of.ts";
import type { Result } from "../base/result.ts";
import { answerJson, readAnswer } from "./answer-json.ts";
import type { Follower, Refusal } from "./operation.ts";

/** One value of JSON in each line. */
export const STEPS_TYPE = "application/x-ndjson";

export function followed(run: (follower: Follower) => Promise<Result<Json, Refusal>>): Response {
  const gone = new AbortController();
  const lines = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (it: JsonObject): void => {
        if (!gone.signal.aborted) controller.enqueue(Buffer.from(`${JSON.stringify(it)}\n`));
      };
      const tell = (step: Json): void => write({ step });
      void run({ tell, gone: gone.signal }).then((result) => {
        write(answerJson(result));
        if (!gone.signal.aborted) controller.close();
      });
    },
    cancel: () => gone.abort(),
  });
  return new Response(lines, { headers: { "content-type": STEPS_TYPE } });
}

/** Tells each step as it comes; the answer is what came last. */
export async function readFollowed(
  body: AsyncIterable<Uint8Array>,
  tell: (step: Json) => void,
): Promise<Result<Json, Refusal>> {
  let answer: unknown;
  for await (const line of linesOf(body)) {
    const told: unknown = JSON.parse(line);
    if (isObject(told) && "step" in told) tell(told.step as Json);
    else answer = told;
  }
  return readAnswer(answer);
}
