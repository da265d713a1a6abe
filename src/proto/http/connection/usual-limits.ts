// The limits of a connection that nobody has set otherwise. Data only.
import { usualChunkLimits } from "../body/chunked-body-reader.ts";
import { usualHeadLimits } from "../head/parse-head.ts";
import type { ConnectionLimits } from "./door.ts";

export const usualConnectionLimits: ConnectionLimits = {
  head: usualHeadLimits,
  chunks: usualChunkLimits,
  drainBytesMax: 256 * 1024,
  lingerBytesMax: 1024 * 1024,
};
