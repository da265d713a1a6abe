// The runtime's QUIC, loaded where a site wants it: nobody else pays for it.
import type * as quic from "node:quic";

/** Without the warning that it is experimental: the setting says so, and a worker's last words are for what ends it. */
export async function loadQuic(): Promise<typeof quic> {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return await import("node:quic");
  } finally {
    process.emitWarning = emitWarning;
  }
}
