// The control API: operations over HTTP on a socket inside the home. It reads requests strictly and turns answers into
// status codes; what an operation does is its own matter. The folder of the socket lets only its owner in.

import { chmodSync, existsSync, rmSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";
import { socketPath } from "../ipc/socket-path.ts";
import { answerJson } from "./answer-json.ts";
import { openApi } from "./openapi.ts";
import {
  decodeParameters,
  type Follower,
  type Given,
  type Operation,
  operationPath,
  type Refusal,
  type RefusalReason,
  refusal,
  unfollowed,
} from "./operation.ts";
import { followed } from "./steps-stream.ts";

const LAST_ANSWERS_MS = 2000;
/** A command that finds no socket waits longer than that. */
const LOOK_EVERY_MS = 1000;
const BODY_BYTES_MAX = 96 * 1024 * 1024;

const statusOf: Readonly<Record<RefusalReason, number>> = {
  wrong: 400,
  unknown: 404,
  conflict: 409,
  refused: 422,
  unavailable: 503,
};

export interface ControlServer {
  /**
   * Turns new questions away for now, and waits for those under way, but for the operation `except`: undefined when there
   * are none any more, else the name of one that takes too long.
   */
  pause(why: string, except: string, limitMs: number): Promise<string | undefined>;
  resume(): void;
  /** Another server answers from now on; whoever still waits for an answer gets it from this one. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** Who sees to it that the socket stays where commands look for it. */
export interface SocketWatch {
  readonly clock: Clock;
  /** Somebody had removed the socket. */
  madeAgain(): void;
}

/** `failed` is told what only a bug can cause; the caller gets a plain refusal. */
export function openControlServer<Context>(
  path: string,
  operations: readonly Operation<Context>[],
  context: Context,
  version: string,
  failed: (operation: string, error: unknown) => void,
  watch?: SocketWatch,
): Result<ControlServer, string> {
  const byPath = new Map(operations.map((it) => [operationPath(it.name), it]));
  const where = socketPath(path);
  if (!where.ok) return where;
  // Whoever holds the lock of the home owns the socket; one that lies about is left from a server that was killed.
  rmSync(path, { force: true });

  const underWay: string[] = [];
  let paused: string | undefined;
  let noticed = () => {};

  async function answer(request: Request): Promise<Response> {
    if (!URL.canParse(request.url)) return refuse(refusal("wrong", "The request names no host, or none that can be"));
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/v1/openapi.json") return Response.json(openApi(operations, version));
    const operation = byPath.get(pathname);
    if (operation === undefined) return refuse(refusal("unknown", `There is no operation at ${pathname}`));
    if (paused !== undefined) return askAgain(paused);
    if (request.method !== "POST" && !(request.method === "GET" && operation.reads))
      return refuse(refusal("wrong", `${operation.name} is asked with POST`));
    const body = request.method === "GET" ? good(queryOf(operation, searchParams)) : await readBody(request);
    if (!body.ok) return refuse(body.error);
    const given = decodeParameters(operation as Operation<never>, body.value);
    if (!given.ok) return refuse(given.error);
    if (operation.tells === true) return followed((follower) => done(operation, given.value, follower));
    const result = await done(operation, given.value, unfollowed);
    return result.ok ? Response.json(answerJson(result)) : refuse(result.error);
  }

  async function done(operation: Operation<Context>, given: Given, follower: Follower): Promise<Result<Json, Refusal>> {
    underWay.push(operation.name);
    try {
      return await operation.run(context, given, follower);
    } catch (error) {
      failed(operation.name, error);
      return bad(
        refusal("unavailable", `${operation.name} failed because of a fault in the program; see the event log`),
      );
    } finally {
      underWay.splice(underWay.indexOf(operation.name), 1);
      noticed();
    }
  }

  const listen = () => {
    const server = Bun.serve({
      unix: where.value.path,
      development: false,
      maxRequestBodySize: BODY_BYTES_MAX,
      // An operation may wait for a drain, or be silent between two steps; it ends by itself. Not typed for such a socket.
      ...({ idleTimeout: 0 } as object),
      fetch: answer,
    });
    chmodSync(path, 0o600);
    return server;
  };

  try {
    let server = listen();
    let endWatch = () => {};
    const lookAgain = (): void => {
      // While it is handed over, the one that answers from now on makes its own.
      if (paused === undefined && !existsSync(path)) makeAgain();
      endWatch = watch?.clock.after(LOOK_EVERY_MS, lookAgain) ?? endWatch;
    };
    const makeAgain = (): void => {
      try {
        // Whoever is answered just now gets the rest.
        void server.stop(false);
        server = listen();
        watch?.madeAgain();
      } catch {
        // Its folder is gone too, or the disk is full: the next look tries it again.
      }
    };
    endWatch = watch?.clock.after(LOOK_EVERY_MS, lookAgain) ?? endWatch;
    return good({
      async pause(why, except, limitMs) {
        paused = why;
        const others = () => underWay.find((it) => it !== except);
        const limit = Bun.sleep(limitMs).then(() => "over" as const);
        while (others() !== undefined) {
          const changed = new Promise<void>((resolve) => {
            noticed = resolve;
          });
          if ((await Promise.race([changed, limit])) === "over") break;
        }
        return others();
      },
      resume() {
        paused = undefined;
      },
      async leave() {
        endWatch();
        const last = server.stop(false);
        where.value.close();
        await last;
      },
      async close() {
        endWatch();
        // Whoever has sent half a request is not waited for.
        await Promise.race([server.stop(false), Bun.sleep(LAST_ANSWERS_MS)]);
        await server.stop(true);
        where.value.close();
        rmSync(path, { force: true });
      },
    });
  } catch (error) {
    where.value.close();
    return bad(messageOf(error));
  }
}

/** A query holds texts only: where a parameter takes no text, what it looks like counts. */
function queryOf<Context>({ takes }: Operation<Context>, query: URLSearchParams): JsonObject {
  const read = (name: string, text: string): Json => {
    const takesText = Object.hasOwn(takes, name) && takes[name]?.kind.decode(text).ok;
    return !takesText && /^(\d{1,15}|true|false)$/.test(text) ? (JSON.parse(text) as Json) : text;
  };
  return Object.fromEntries([...query].map(([name, text]) => [name, read(name, text)]));
}

async function readBody(request: Request): Promise<Result<unknown, Refusal>> {
  const text = await request.text();
  if (text === "") return good({});
  try {
    return good(JSON.parse(text));
  } catch {
    return bad(refusal("wrong", "The body is not JSON"));
  }
}

/** Nothing was begun: the same question may be asked again in a moment. */
const askAgain = (why: string): Response =>
  Response.json(answerJson(bad(refusal("unavailable", why))), { status: 503, headers: { "retry-after": "1" } });

const refuse = (it: Refusal): Response => Response.json(answerJson(bad(it)), { status: statusOf[it.reason] });
