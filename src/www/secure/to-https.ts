// Where a request that came in clear is sent, so that it comes again under TLS. Pure. RFC 6797 §7.2 done.
import { Place } from "../../net/front/place-table.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import type { Field, Request } from "../../proto/http/request.ts";
import type { Binding } from "../../schema/kinds/network.ts";

type Asked = Pick<Request, "host" | "method" | "path">;

export const tlsRequired: Refusal = {
  status: 403,
  substatus: 4,
  because: "The site is asked under TLS only, and the request names no host",
  close: false,
};

const HTTPS_PORT = 443;

export class ToHttps {
  private readonly ports = new Place<number>(true);

  constructor(secureBindings: readonly Binding[]) {
    const named = secureBindings.filter(({ port }) => port !== 0);
    // Of several for one host the usual port comes first.
    const sorted = named.toSorted((one, other) => Number(other.port === HTTPS_PORT) - Number(one.port === HTTPS_PORT));
    for (const { host, port } of sorted) this.ports.add(host, port);
  }

  /** Undefined where the request names no host. */
  answer({ host, method, path }: Asked, fields: readonly Field[]): Answer | undefined {
    if (host === "") return undefined;
    const port = this.ports.named(host) ?? HTTPS_PORT;
    const location = `https://${host}${port === HTTPS_PORT ? "" : `:${port}`}${asUri(path)}`;
    const isRead = method === "GET" || method === "HEAD";
    return { status: isRead ? 301 : 308, substatus: 0, fields: [["Location", location], ...fields], body: undefined };
  }
}

/** A target may hold what no address may: each character is a byte. */
const asUri = (path: string): string =>
  path.replaceAll(/[^!-~]|["<>\\^`{|}]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
