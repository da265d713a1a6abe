// Takes the header of a proxy from the front of a connection. What it says is decided in proxy-protocol.ts; whom to
// believe, by whoever asks.
import type { Clock } from "../../base/clock.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Carrier } from "../carrier.ts";
import { readFirst, type Verdict } from "./first-bytes.ts";
import type { ProxiedClient, ProxyHeader } from "./proxy-header.ts";
import { parseProxyHeader } from "./proxy-protocol.ts";

/** The client that the proxy names, if any; or why there is no header. */
export async function readProxyHeader(
  socket: Carrier,
  limitMs: number,
  clock: Clock,
): Promise<Result<ProxiedClient | undefined, string>> {
  const { promise: over, resolve: timeIsUp } = Promise.withResolvers<"late">();
  const cancel = clock.after(limitMs, () => timeIsUp("late"));
  const read = await Promise.race([over, readFirst(socket, judge)]);
  cancel();
  if (read === "late") return bad("it sent no whole header in time");
  if (read === "left") return bad("it closed the connection before its header was whole");
  return read.is === "header" ? good(read.client) : bad(read.because);
}

type Settled = Exclude<ProxyHeader, { readonly is: "more" }>;

function judge(bytes: Buffer): Verdict<Settled> | undefined {
  const header = parseProxyHeader(bytes);
  if (header.is === "more") return undefined;
  return { value: header, used: header.is === "header" ? header.bytes : 0 };
}
