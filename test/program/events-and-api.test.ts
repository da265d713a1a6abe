import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { isObject, type Json, type JsonObject } from "../../src/base/json.ts";
import { exitCodes } from "../../src/cli/exit-code.ts";
import type { LogRecord } from "../../src/event/log-record.ts";
import { house } from "../../src/house.ts";
import type { RevisionSummary, ServerStatus } from "../../src/supervisor/answers.ts";
import { operationPath } from "../../src/supervisor/operation.ts";
import { eventually } from "./eventually.ts";
import { findProgram } from "./machine.ts";
import { Program, serviceNames } from "./program.ts";
import type { Server } from "./server.ts";

const program = new Program();
let server: Server;
beforeAll(async () => {
  await program.init("smtp", "nntp");
  server = await program.up();
});
afterAll(() => program[Symbol.asyncDispose]());

const readRecords = (text: string): readonly LogRecord[] =>
  text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as LogRecord]));
const events = async (...flags: readonly string[]) => readRecords(await program.must("events", "--json", ...flags));

describe("events", () => {
  let killed = 0;
  beforeAll(async () => {
    [killed = 0] = await server.workers("smtp");
    process.kill(killed, "SIGKILL");
    await eventually("the log tells that smtp was lost and is back", async () => {
      const states = (await events("--service", "smtp", "--number", "1010")).map((it) => it.parameters.state);
      return states.includes("backing-off") && states.at(-1) === "running";
    });
  });

  test("each is one line with number, object and time, in the order in which they happened", async () => {
    const all = await events("--since", "1h");
    expect(all.map((it) => it.seq)).toEqual(all.map((_, index) => index + (all[0]?.seq ?? 0)));
    expect(all.filter((it) => it.object.name === "" || it.sentence === "" || Number.isNaN(it.atMs))).toEqual([]);
    expect(all.find((it) => it.number === 1020)).toMatchObject({
      level: "error",
      service: "smtp",
      object: { kind: "service", name: "smtp" },
      parameters: { pid: String(killed), because: "signal SIGKILL ended it" },
    });
    expect(await events("--last", "2")).toEqual(all.slice(-2));
  });

  test("they are chosen by level, service and time", async () => {
    const errors = await events("--level", "error");
    expect(errors.map((it) => it.number)).toEqual([1020]);
    const noticed = await events("--level", "notice", "--service", "server");
    expect(noticed.map((it) => it.number)).toContain(1000);
    expect(noticed.filter((it) => it.service !== "server" || it.level === "info")).toEqual([]);
    expect((await events("--service", "nntp")).filter((it) => it.service !== "nntp")).toEqual([]);
    const never = await program.run("events", "--since", "2999-12-31");
    expect(never).toMatchObject({ code: exitCodes.done, out: "" });
    expect(never.err).toContain(join(program.home, "logs"));
    expect((await program.run("events", "--since", "yesterday")).code).toBe(exitCodes.usage);
    expect((await program.run("events", "--level", "bad")).code).toBe(exitCodes.usage);
  });

  test("people read the sentence with its remedy below", async () => {
    const told = await program.must("events", "--number", "1020");
    expect(told).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d error +smtp +A worker of smtp/);
    expect(told).toContain("inetsrv events --service smtp");
  });

  test("--follow tells what happens when it happens, until Ctrl-C", async () => {
    const words = [...program.command, "--home", program.home, "events", "--follow", "--json", "--last", "1"];
    const child = Bun.spawn(words, { stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of child.stdout) out += decoder.decode(chunk, { stream: true });
    })();
    await eventually("the last one", () => out.includes("\n"));
    expect(readRecords(out)).toHaveLength(1);
    await program.must("pause", "nntp");
    await program.must("continue", "nntp");
    await eventually(
      () => `both\n${out}`,
      () => out.includes('"verb":"continue"'),
    );
    child.kill("SIGINT");
    expect(await child.exited).toBe(exitCodes.interrupted);
    await reading;
    const asked = readRecords(out).filter((it) => it.number === 1011);
    expect(asked.map(({ object, parameters }) => [object.name, parameters.verb])).toEqual([
      ["nntp", "pause"],
      ["nntp", "continue"],
    ]);
  });

  test("explain knows an event by its number, and what IIS showed on its screen by its words", async () => {
    const explain = async (...words: readonly string[]) =>
      program.json<{ readonly event: JsonObject | null; readonly article: JsonObject | null }>("explain", ...words);
    const byNumber = await explain("1020");
    expect(byNumber.event).toMatchObject({ number: 1020, level: "error" });
    expect(byNumber.article).toMatchObject({ slug: "crash-loop" });
    const pasted: readonly (readonly [string, string])[] = [
      ["Could not start the SMTP service on Local Computer. 0006 Handle is invalid", "component-mismatch"],
      ["Error 1008: An attempt was made to reference a token that does not exist.", "machine-key"],
      ["Only one usage of each socket address (protocol/network address/port) is normally permitted.", "port-in-use"],
    ];
    for (const [message, slug] of pasted) expect((await explain(message)).article).toMatchObject({ slug });
    const page = await program.must("explain", "1020");
    for (const part of ["Event 1020", "Symptoms", "Mend it"]) expect(page).toContain(part);
    expect((await program.run("explain", "99999")).code).toBe(exitCodes.refused);
  });
});

const curl = findProgram("curl");

interface Answered {
  readonly status: number;
  readonly body: { readonly answer?: Json; readonly refused?: JsonObject } & JsonObject;
}

/** As somebody's script would: curl on the socket of the home. */
async function ask(path: string, ...flags: readonly string[]): Promise<Answered> {
  const socket = join(program.home, "run", "control.sock");
  const words = [curl ?? "", "-s", "--unix-socket", socket, "-w", "\n%{http_code}", ...flags, `http://inetsrv${path}`];
  const out = await Bun.spawn(words, { stdio: ["ignore", "pipe", "inherit"] }).stdout.text();
  const end = out.lastIndexOf("\n");
  return { status: Number(out.slice(end + 1)), body: JSON.parse(out.slice(0, end)) as Answered["body"] };
}
const post = (path: string, given: Json) => ask(path, "--json", JSON.stringify(given));

describe.skipIf(curl === undefined)("the control API, asked by curl (skipped where there is none)", () => {
  test("GET reads: status, and a setting", async () => {
    const { status, body } = await ask("/v1/status/show");
    expect(status).toBe(200);
    const answer = body.answer as unknown as ServerStatus;
    expect(answer.pid).toBe(server.pid);
    expect(answer.services.map((it) => it.name)).toEqual([...serviceNames]);
    const setting = await ask("/v1/config/get?path=smtp/idleTimeout");
    expect(setting).toMatchObject({ status: 200, body: { answer: { value: "10m", from: "default" } } });
  });

  test("POST changes, is recorded with who and why, and the command line sees it", async () => {
    const edits = [{ at: "smtp", set: { idleTimeout: "3m" } }];
    const changed = await post("/v1/config/change", { edits, who: "a script", why: "to try it" });
    expect(changed.status).toBe(200);
    expect(changed.body.answer).toMatchObject({ changed: [{ path: "smtp", after: { idleTimeout: "3m" } }] });
    expect(await program.must("config", "get", "smtp/idleTimeout")).toBe("3m\n");
    const [last] = await program.json<readonly RevisionSummary[]>("config", "history");
    expect(last).toMatchObject({ who: "a script", why: "to try it", changes: 1 });
  });

  test("/v1/openapi.json lists every operation with its parameters, and nothing else", async () => {
    const { status, body } = await ask("/v1/openapi.json");
    expect(status).toBe(200);
    const paths = body.paths as JsonObject;
    expect(Object.keys(paths).sort()).toEqual(house.operations.map((it) => operationPath(it.name)).sort());
    const told = Object.values(paths).map((it) => (isObject(it) && isObject(it.post) ? it.post : {}));
    expect(told.map((it) => it.operationId).sort()).toEqual(house.operations.map((it) => it.name).sort());
  });

  test("wrong parameters are 400, all of them at once", async () => {
    const { status, body } = await post("/v1/service/pause", { servise: "smtp", who: "" });
    expect(status).toBe(400);
    const { reason, problems } = body.refused as JsonObject;
    expect(reason).toBe("wrong");
    expect((problems as readonly JsonObject[]).map((it) => it.path)).toEqual(["servise", "who", "service"]);
    expect((await post("/v1/config/history", { limit: "many" })).status).toBe(400);
    expect((await ask("/v1/server/down?who=curl")).status).toBe(400);
  });

  test("what is no JSON, or no object, is 400", async () => {
    for (const text of ["{", "edits=1", "[]", "1", "null"])
      expect(await ask("/v1/config/change", "--json", text)).toMatchObject({
        status: 400,
        body: { refused: { reason: "wrong" } },
      });
  });

  test("what is not there is 404: an operation, a service, a site, a setting", async () => {
    const answers = [
      await ask("/v1/config/got"),
      await ask("/"),
      await post("/v1/service/stop", { service: "gopher", who: "curl" }),
      await post("/v1/service/stop", { service: "smtp", site: "defualt", who: "curl" }),
      await ask("/v1/config/get?path=smtp/idelTimeout"),
    ];
    expect(answers.map((it) => [it.status, it.body.refused?.reason])).toEqual(answers.map(() => [404, "unknown"]));
    expect(answers[4]?.body.refused?.sentence).toContain("idleTimeout");
  });

  test("a change that was thought up on an older revision is 409, one that is not allowed 422; neither is made", async () => {
    const before = (await server.status())?.revision;
    const set = (value: Json) => [{ at: "smtp/sites/default", set: { bindings: value } }];
    const late = await post("/v1/config/change", { edits: set([]), who: "curl", expect: 1 });
    expect(late).toMatchObject({ status: 409, body: { refused: { reason: "conflict" } } });
    const wrong = await post("/v1/config/change", { edits: set(["25"]), who: "curl" });
    expect(wrong).toMatchObject({
      status: 422,
      body: { refused: { reason: "refused", problems: [{ path: "smtp/sites/default/bindings/0" }] } },
    });
    expect((await server.status())?.revision).toBe(before ?? 0);
  });
});
