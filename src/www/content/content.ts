// What a site asks of whoever has its content. Interface only.
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Request } from "../../proto/http/request.ts";
import type { ErrorPlace } from "./error/error-answer.ts";
import type { Failure } from "./failure.ts";
import type { Place } from "./place.ts";

export interface Content {
  /** For a target that was answered before: nothing is decided anew, and nothing asked of the disk but whether all is as it was. */
  known(request: Request, place: Place): Answer | undefined;
  answer(request: Request, place: Place): Answer | Promise<Answer>;
  /** The page that goes with an error, also with one that was found before content was asked. */
  failed(failure: Failure, request: Request, place: ErrorPlace): Answer | Promise<Answer>;
}
