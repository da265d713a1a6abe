// How the body of a request is read out of what arrives: a block reader, whose verdict is that of HTTP. Interfaces only.
import type { BlockReader } from "../../../base/block-reader.ts";
import type { Refusal } from "../refusal.ts";
import type { Field } from "../request.ts";

export type BodyVerdict =
  /** `trailers` only where a chunked body brought some. */
  | { readonly kind: "complete"; readonly bytes: number; readonly trailers?: readonly Field[] }
  /** Where it ends cannot be told, or nobody wants to know. */
  | { readonly kind: "refused"; readonly refusal: Refusal };

export type BodyReader = BlockReader<BodyVerdict>;
