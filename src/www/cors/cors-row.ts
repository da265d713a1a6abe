// One row of corsRules: which pages of other sites may use the answers, and how. Pure.
import { TOKEN } from "../../proto/http/byte-kinds.ts";
import { type Kind, textual } from "../../schema/kind.ts";
import { duration, spellDuration } from "../../schema/kinds/measure.ts";
import { isForStrangers, parsePattern } from "./origin.ts";

/** Names of methods or headers; "*" for whatever is asked for. */
export type Names = readonly string[] | "*";

export interface CorsRow {
  /** See origin.ts. */
  readonly pattern: string;
  readonly allowed: boolean;
  /** The browser may send cookies and log-ins along. */
  readonly credentials: boolean;
  /** Beside GET, HEAD and POST, which need no leave. */
  readonly methods: Names;
  readonly headers: Names;
  /** Which headers of an answer the page may read. */
  readonly exposed: Names;
  /** For how long the browser need not ask again; undefined leaves that to the browser. */
  readonly maxAgeMs: number | undefined;
}

const NAME = new RegExp(`^${TOKEN}+$`);
/** No comma, which is between rows where they are typed. */
const BETWEEN = "/";
const maxAge = duration({ max: "1d" });

/** What may stand behind an origin, each once; undefined where what is behind its "=" makes no sense. */
const words: Readonly<Record<string, (value: string | undefined) => Partial<CorsRow> | undefined>> = {
  deny: (value) => (value === undefined ? { allowed: false } : undefined),
  credentials: (value) => (value === undefined ? { credentials: true } : undefined),
  methods: (value) => said(parseNames(value), (methods) => ({ methods })),
  headers: (value) => said(parseNames(value), (headers) => ({ headers })),
  expose: (value) => said(parseNames(value), (exposed) => ({ exposed })),
  "max-age"(value = "") {
    const decoded = maxAge.decode(value);
    return decoded.ok ? { maxAgeMs: decoded.value } : undefined;
  },
};

function parseCorsRow(text: string): CorsRow | undefined {
  const [origin = "", ...rest] = text.trim().split(/\s+/);
  const pattern = parsePattern(origin);
  if (pattern === undefined) return undefined;
  let row: CorsRow = { ...plainRow, pattern };
  const names = new Set<string>();
  for (const word of rest) {
    const [name = "", value] = word.split(/=(.*)/s, 2);
    const part = names.has(name) || !Object.hasOwn(words, name) ? undefined : words[name]?.(value);
    if (part === undefined) return undefined;
    names.add(name);
    row = { ...row, ...part };
  }
  // With cookies a browser takes no "*", and every page of the world could act as whoever looks at it.
  return row.credentials && (isForStrangers(pattern) || row.exposed === "*") ? undefined : row;
}

const plainRow: Omit<CorsRow, "pattern"> = {
  allowed: true,
  credentials: false,
  methods: [],
  headers: [],
  exposed: [],
  maxAgeMs: undefined,
};

const said = <T, U>(value: T | undefined, make: (value: T) => U): U | undefined =>
  value === undefined ? undefined : make(value);

function parseNames(text = ""): Names | undefined {
  if (text === "*") return text;
  const names = text.split(BETWEEN);
  return names.every((it) => NAME.test(it)) ? names : undefined;
}

function printCorsRow({ pattern, allowed, credentials, methods, headers, exposed, maxAgeMs }: CorsRow): string {
  const lists = { methods, headers, expose: exposed };
  return [
    pattern,
    ...(allowed ? [] : ["deny"]),
    ...(credentials ? ["credentials"] : []),
    ...Object.entries(lists).flatMap(([name, it]) =>
      it.length === 0 ? [] : [`${name}=${it === "*" ? it : it.join(BETWEEN)}`],
    ),
    ...(maxAgeMs === undefined ? [] : [`max-age=${spellDuration(maxAgeMs)}`]),
  ].join(" ");
}

export const corsRow: Kind<CorsRow, string> = textual(
  "CORS row",
  "an origin such as https://www.example.org, https://*.example.org, https://* or *, and then any of: credentials (not for everybody), methods=PUT/DELETE, headers=Content-Type/X-Id or headers=*, expose=X-Total, max-age=10m, deny",
  "https://*.example.org credentials methods=PUT/DELETE headers=* max-age=10m",
  parseCorsRow,
  printCorsRow,
);
