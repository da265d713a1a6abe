// What pages of other sites are told about using the answers of a directory, by the rules of the Fetch standard. Pure. A request
// that a browser sends first to ask for leave is answered here; all others only get fields more.
import { AddedFields, withFields } from "../../proto/http/answer/added-fields.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import { TOKEN } from "../../proto/http/byte-kinds.ts";
import type { Field, Request } from "../../proto/http/request.ts";
import type { Failure } from "../content/failure.ts";
import type { CorsRow, Names } from "./cors-row.ts";
import type { CorsValues } from "./cors-settings.ts";
import { EVERYBODY, parseOrigin, patternsFor, printOrigin } from "./origin.ts";

type Asked = Pick<Request, "method" | "host" | "port" | "header">;

const because = "A page of another site asks, and no row of corsRules allows it";
export const unlistedOrigin = {
  status: 403,
  substatus: 0,
  cause: {
    because: `${because}.`,
    setting: "corsRules",
    remedy: "Add a row for the origin to corsRules, or see corsFailUnlisted.",
  },
  detail: because,
} as const satisfies Failure;

/** "own": no page of another site asks. */
export type Verdict =
  | { readonly is: "own" }
  | { readonly is: "unlisted" }
  | { readonly is: "allowed"; readonly row: CorsRow };

/** RFC 9110 §12.5.5: what is said to one origin is not for another one; whoever keeps answers has to know it. */
const VARY: Field = ["Vary", "Origin"];
const ORIGIN = "Access-Control-Allow-Origin";
const simpleMethods: readonly string[] = ["GET", "HEAD", "POST"];
const NAMES = new RegExp(`^${TOKEN}+(?: *, *${TOKEN}+)*$`);

/** Undefined where there is nothing to say. */
export const corsOf = (values: CorsValues): Cors | undefined =>
  values.corsRules.length === 0 ? undefined : new Cors(values);

export class Cors {
  private readonly rows = new Map<string, CorsRow>();
  private readonly failUnlisted: boolean;
  /** To whom no page of another site belongs; the same for all where the only row is for everybody. */
  private readonly plain: AddedFields;
  private readonly isSameForAll: boolean;

  constructor({ corsRules, corsFailUnlisted }: CorsValues) {
    for (const row of corsRules) if (!this.rows.has(row.pattern)) this.rows.set(row.pattern, row);
    this.failUnlisted = corsFailUnlisted;
    const everybody = this.rows.get(EVERYBODY);
    this.isSameForAll = this.rows.size === 1 && everybody?.allowed === true;
    const fields = everybody !== undefined && this.isSameForAll ? leave(everybody, EVERYBODY) : [VARY];
    this.plain = new AddedFields(fields);
  }

  /** The answer to a browser that asks for leave, or that a page may not even ask; undefined where the request goes on. */
  answer(request: Asked, fields: readonly Field[]): Answer | "unlisted" | undefined {
    const verdict = this.judge(request);
    if (verdict.is === "unlisted" && this.failUnlisted) return "unlisted";
    if (verdict.is !== "allowed" || !isPreflight(request)) return undefined;
    return {
      status: 204,
      substatus: 0,
      fields: [...preflightFields(verdict.row, request), ...fields],
      body: undefined,
    };
  }

  /** Whatever the answer is, also an error: a page shall learn what went wrong. */
  dress(request: Asked, answer: Answer): Answer {
    const verdict = this.isSameForAll ? undefined : this.judge(request);
    if (verdict?.is !== "allowed") return withFields(answer, this.plain);
    const { row } = verdict;
    const origin = row.pattern === EVERYBODY ? EVERYBODY : (request.header("origin") ?? "");
    return withFields(answer, new AddedFields([...leave(row, origin), VARY]));
  }

  judge(request: Asked): Verdict {
    const origin = request.header("origin");
    if (origin === undefined) return { is: "own" };
    const row = this.find(origin);
    if (row?.allowed) return { is: "allowed", row };
    return { is: isOwn(origin, request) ? "own" : "unlisted" };
  }

  private find(origin: string): CorsRow | undefined {
    for (const pattern of patternsFor(origin)) {
      const row = this.rows.get(pattern);
      if (row !== undefined) return row;
    }
    return undefined;
  }
}

/** Browsers name the origin also where a page of the site itself sends a form. Behind a proxy the scheme may be another one. */
function isOwn(said: string, { host, port }: Asked): boolean {
  const origin = parseOrigin(said);
  if (origin === undefined) return false;
  const own = parseOrigin(`${origin.scheme}://${host}${port === undefined ? "" : `:${port}`}`);
  return own !== undefined && printOrigin(own) === printOrigin(origin);
}

export const allowsMethod = ({ methods }: CorsRow, method: string): boolean =>
  methods === "*" || simpleMethods.includes(method) || methods.includes(method);

const isPreflight = (request: Asked): boolean =>
  request.method === "OPTIONS" && request.header("access-control-request-method") !== undefined;

function leave({ credentials, exposed }: CorsRow, origin: string): readonly Field[] {
  const fields: Field[] = [[ORIGIN, origin]];
  if (credentials) fields.push(["Access-Control-Allow-Credentials", "true"]);
  if (exposed.length > 0) fields.push(["Access-Control-Expose-Headers", listOf(exposed)]);
  return fields;
}

/** The browser compares; all that is allowed is told, so that whoever wrote the page sees what is missing. */
function preflightFields({ methods, headers, maxAgeMs }: CorsRow, request: Asked): readonly Field[] {
  const more = methods === "*" ? namesIn(request.header("access-control-request-method")) : methods;
  const fields: Field[] = [["Access-Control-Allow-Methods", [...new Set([...simpleMethods, ...more])].join(", ")]];
  const allowed = headers === "*" ? namesIn(request.header("access-control-request-headers")) : headers;
  if (allowed.length > 0) fields.push(["Access-Control-Allow-Headers", allowed.join(", ")]);
  if (maxAgeMs !== undefined) fields.push(["Access-Control-Max-Age", `${Math.floor(maxAgeMs / 1000)}`]);
  return fields;
}

const namesIn = (list = ""): readonly string[] => (NAMES.test(list.trim()) ? list.trim().split(/ *, */) : []);

const listOf = (names: Names): string => (names === "*" ? names : names.join(", "));
