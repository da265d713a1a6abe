// What a proxy says of a connection before it begins: the two versions of the PROXY protocol come to this. Types only.
import type { Endpoint } from "../connection.ts";

export type ProxyHeader =
  /** So far it is a header, and not all of it is here. */
  | { readonly is: "more" }
  /** Whatever follows, it will be none. */
  | { readonly is: "bad"; readonly because: string }
  /** It has so many bytes; those that follow are the client's. */
  | { readonly is: "header"; readonly bytes: number; readonly client: ProxiedClient | undefined };

/** Undefined where the proxy speaks for itself, as when it looks whether we live: then the socket's own ends count. */
export interface ProxiedClient {
  readonly from: Endpoint;
  /** The address that the client chose. */
  readonly to: Endpoint;
}

export const badHeader = (because: string): ProxyHeader => ({ is: "bad", because });
export const more: ProxyHeader = { is: "more" };
