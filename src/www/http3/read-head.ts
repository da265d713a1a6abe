// The head of a request of HTTP/3, as the runtime hands it out: it is put down as one of HTTP/1 would be, and read as that, so that every
// limit and every rule for fields is the same. Pure. RFC 9114 §4.2, §4.3.1 done.
import { nothing } from "../../base/block-reader.ts";
import { TOKEN } from "../../proto/http/byte-kinds.ts";
import { type HeadLimits, parseHead } from "../../proto/http/head/parse-head.ts";
import { RequestHead } from "../../proto/http/head/request-head.ts";
import { type Refusal, refusals } from "../../proto/http/refusal.ts";
import { malformed } from "./malformed.ts";

/** By names in lower case; several values where a field was said several times. One character per byte. */
export type Said = Readonly<Record<string, string | readonly string[] | undefined>>;

const pseudoNames: ReadonlySet<string> = new Set([":method", ":scheme", ":authority", ":path"]);
const connectionFields: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

const METHOD = new RegExp(`^${TOKEN}+$`);
/** As in the request line of HTTP/1, see `targetBytes`. */
const PATH = /^(?:\/[!-"$-~\x80-\xff]*|\*)$/;
const AUTHORITY = /^[!-~]+$/;
const NAME = new RegExp(`^${TOKEN}+$`);
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const SCHEME = /^https?$/i;
const TRAILERS = /^trailers$/i;

export function readHead(said: Said, limits: HeadLimits): RequestHead {
  const request = pseudosOf(said);
  if (isRefusal(request)) return refused(request, said);
  const lines = [`${request.method} ${request.target} HTTP/1.1\r\n`];
  if (request.authority !== "") lines.push(`host: ${request.authority}\r\n`);
  for (const [name, values] of Object.entries(said)) {
    if (name.startsWith(":")) continue;
    if (name === "host" && request.authority !== "") continue;
    for (const value of listOf(values)) {
      const refusal = flawOf(name, value);
      if (refusal !== undefined) return refused(refusal, said);
      lines.push(`${name}: ${value}\r\n`);
    }
  }
  lines.push("\r\n");
  const head = parseHead(Buffer.from(lines.join(""), "latin1"), 0, limits);
  if (head === undefined) throw new Error("a whole head that has no end");
  head.version = "HTTP/3.0";
  return head;
}

interface Pseudos {
  readonly method: string;
  readonly target: string;
  readonly authority: string;
}

function pseudosOf(said: Said): Pseudos | Refusal {
  for (const name of Object.keys(said)) {
    if (!name.startsWith(":")) continue;
    if (!pseudoNames.has(name)) return malformed.pseudo;
    if (listOf(said[name]).length > 1) return malformed.pseudoTwice;
  }
  const [method = "", path, scheme] = [one(said, ":method"), one(said, ":path"), one(said, ":scheme")];
  const authority = authorityOf(said);
  if (!METHOD.test(method)) return refusals.requestLine;
  if (isRefusal(authority)) return authority;
  if (method === "CONNECT")
    return path === undefined && scheme === undefined ? { method, target: authority, authority } : refusals.targetForm;
  if (path === undefined || !PATH.test(path)) return refusals.target;
  if (scheme === undefined || !SCHEME.test(scheme)) return malformed.scheme;
  return { method, target: path, authority };
}

/** Both ways of naming the host may be used, and then have to say the same. */
function authorityOf(said: Said): string | Refusal {
  const authority = one(said, ":authority") ?? "";
  const hosts = listOf(said.host);
  if (hosts.length > 1) return refusals.hostTwice;
  const [host = authority] = hosts;
  if (host === "") return malformed.hostMissing;
  if (!AUTHORITY.test(host)) return refusals.host;
  return authority === "" || authority.toLowerCase() === host.toLowerCase() ? host : malformed.hostsDisagree;
}

function flawOf(name: string, value: string): Refusal | undefined {
  if (!NAME.test(name)) return refusals.fieldName;
  if (connectionFields.has(name)) return malformed.connectionField;
  if (name === "te" && !TRAILERS.test(value)) return malformed.te;
  return VALUE.test(value) ? undefined : refusals.fieldValue;
}

/** Of it only what can stand in a log is told. */
function refused(refusal: Refusal, said: Said): RequestHead {
  const head = new RequestHead(nothing, 0);
  const [method = "", path = ""] = [one(said, ":method"), one(said, ":path")];
  if (METHOD.test(method)) head.method = method;
  if (PATH.test(path)) head.path = head.target = path;
  head.version = "HTTP/3.0";
  head.refusal = refusal;
  return head;
}

const one = (said: Said, name: string): string | undefined => listOf(said[name])[0];

const listOf = (values: string | readonly string[] | undefined): readonly string[] =>
  values === undefined ? [] : typeof values === "string" ? [values] : values;

const isRefusal = (it: object | string): it is Refusal => typeof it === "object" && "because" in it;
