// Access logs of the real program, read back as an operator and an analyser read them, and the story of a trace.
import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { linesIn } from "./access-lines.ts";
import { eventually } from "./eventually.ts";
import { findProgram } from "./machine.ts";
import { Program } from "./program.ts";
import type { Server } from "./server.ts";
import { Session } from "./session.ts";

const folderOf = (program: Program, name: string): string => join(program.home, "logs", name);

const get = async (server: Server, target: string, site = "default"): Promise<number> => {
  const response = await fetch(`http://127.0.0.1:${await server.port("www", site)}${target}`, {
    headers: { "user-agent": 'me "x"' },
  });
  await response.text();
  return response.status;
};

async function down(program: Program, server: Server): Promise<void> {
  await program.must("down");
  await server.ended();
}

const goaccess = findProgram("goaccess");
if (goaccess === undefined) console.warn("There is no goaccess here: no analyser reads the logs of the program.");

test("each request is in the log of its site within a second or with the end, and its story can be told", async () => {
  await using program = new Program();
  await program.init("www", "smtp");
  await program.must("config", "set", "www/workers", "2");
  const server = await program.up();
  const folder = folderOf(program, "W3SVC-default");
  expect(await get(server, "/first?a=b")).toBe(404);
  const [first] = await eventually("the first line", () => {
    const lines = linesIn(folder);
    return lines.length > 0 && lines;
  });
  expect(first?.fields).toMatchObject({
    "c-ip": "127.0.0.1",
    "cs-method": "GET",
    "cs-uri-stem": "/first",
    "cs-uri-query": "a=b",
    "cs(User-Agent)": 'me+"x"',
    "sc-status": "404",
  });
  const trace = first?.fields["x-trace"] ?? "";
  const told = await program.must("trace", trace);
  expect(told).toContain("www/default");
  expect(told).toContain("GET /first?a=b -> 404");

  const mail = await Session.open(await server.port("smtp"));
  await mail.line();
  await mail.ask("HELO me.example");
  await mail.ask("AUTH PLAIN AGFsaWNlAHNlY3JldA==");
  mail.end();
  await Promise.all(Array.from({ length: 100 }, (_, index) => get(server, `/${index}`)));
  await down(program, server);
  const targets = linesIn(folder).map((it) => it.fields["cs-uri-stem"]);
  expect(targets.sort()).toEqual(["/first", ...Array.from({ length: 100 }, (_, index) => `/${index}`)].sort());
  const spoken = linesIn(folderOf(program, "SMTPSVC-default"));
  expect(spoken.map((it) => `${it.fields["cs-method"]} ${it.fields["cs-uri-query"]}`)).toEqual([
    "HELO me.example",
    "AUTH PLAIN+***",
  ]);
  // With the server down; the client may have kept its connection for more requests.
  expect(await program.must("trace", trace)).toStartWith(told.trimEnd());
  const unknown = await program.run("trace", "zzzzzzzzzzzzzzzz");
  expect([unknown.code, unknown.err.includes("No log of this home knows")]).toEqual([exitCodes.refused, true]);

  if (goaccess === undefined) return;
  const [name = ""] = readdirSync(folder);
  const report = join(program.folder, "report.json");
  const words = ["--log-format=W3C", "--no-global-config", "--no-progress", "-o", report];
  expect(Bun.spawnSync([goaccess, join(folder, name), ...words]).exitCode).toBe(0);
  const { general } = JSON.parse(readFileSync(report, "utf8")) as { readonly general: Record<string, number> };
  expect([general.valid_requests, general.failed_requests]).toEqual([101, 0]);
});

test("sites may write one log together, from all workers: each line says whose it is, and so does the story of a trace", async () => {
  await using program = new Program();
  await program.init("www", "smtp");
  await program.must("config", "set", "www/workers", "2");
  await program.must("www", "site", "add", "schön", "--bind", "127.0.0.1:0");
  for (const service of ["www", "smtp"]) await program.must("config", "set", `${service}/accessLogPer`, "service");
  const refused = await program.run("config", "set", "www/sites/schön/accessLogPeriod", "hour");
  expect([refused.code, refused.err]).toEqual([
    exitCodes.refused,
    expect.stringContaining("Set www/accessLogPeriod for all of them, or www/sites/schön/accessLogPer to site"),
  ]);
  const server = await program.up();
  const sites = ["default", "schön"];
  const targets = sites.flatMap((site) => Array.from({ length: 20 }, (_, index) => ({ site, target: `/${index}` })));
  await Promise.all(targets.map(({ site, target }) => get(server, target, site)));
  const mail = await Session.open(await server.port("smtp"));
  await mail.line();
  await mail.ask("HELO me.example");
  mail.end();
  const folder = folderOf(program, "W3SVC");
  const lines = await eventually("all lines", () => {
    const found = linesIn(folder);
    return found.length === targets.length && found;
  });
  const said = lines.map(({ fields }) => `${fields["s-sitename"]} ${fields["cs-uri-stem"]}`);
  const names = { default: "W3SVC-default", schön: "W3SVC-sch%c3%b6n" };
  expect(said.sort()).toEqual(
    targets.map(({ site, target }) => `${names[site as keyof typeof names]} ${target}`).sort(),
  );
  const its = lines.find(({ fields }) => fields["s-sitename"] === names.schön);
  expect(await program.must("trace", its?.fields["x-trace"] ?? "")).toContain("www/schön");
  await down(program, server);
  expect(linesIn(folderOf(program, "SMTPSVC")).map((it) => it.fields["s-sitename"])).toEqual(["SMTPSVC-default"]);
  const folders = readdirSync(join(program.home, "logs")).filter((it) => it.includes("SVC"));
  expect(folders.sort()).toEqual(["SMTPSVC", "W3SVC"]);
});

test("how it is written changes with its settings, at once; a place where nobody may write is the site's trouble only", async () => {
  await using program = new Program();
  await program.init("www");
  const server = await program.up();
  const folder = folderOf(program, "W3SVC-default");
  const setSite = (key: string, value: string) => program.must("config", "set", `www/sites/default/${key}`, value);
  const changed = async (key: string, value: string) => {
    const { revision } = await server.site("www");
    await setSite(key, value);
    await server.until(`${key} is ${value}`, (it) => (it.services[0]?.sites[0]?.revision ?? 0) > revision);
  };
  await get(server, "/w3c");
  await changed("accessLog", "ncsa");
  await get(server, "/ncsa");
  await changed("accessLog", "off");
  await get(server, "/off");
  await changed("accessLog", "w3c");
  await changed("accessLogFields", '["date", "time", "cs-uri-stem"]');
  await get(server, "/fields");
  const lines = await eventually("three lines", () => {
    const found = linesIn(folder);
    return found.length === 3 && found;
  });
  expect(lines.map((it) => it.fields["cs-uri-stem"])).toEqual(["/ncsa", "/w3c", "/fields"]);
  expect(Object.keys(lines[2]?.fields ?? {})).toEqual(["date", "time", "cs-uri-stem"]);

  writeFileSync(join(program.home, "no folder"), "");
  await setSite("accessLogFolder", "no folder");
  const status = await server.until("the trouble", (it) => it.services[0]?.sites[0]?.state === "degraded");
  expect(status.services[0]?.sites[0]?.faults[0]?.attempted).toStartWith(
    "Cannot write the access log of www/sites/default into /",
  );
  expect(await get(server, "/served")).toBe(404);
  await setSite("accessLogFolder", "logs/other"); // the line that waits goes there too
  await server.until("all is well", (it) => it.services[0]?.sites[0]?.state === "running");
  await get(server, "/other");
  await down(program, server);
  expect(linesIn(folderOf(program, "other/W3SVC-default")).map((it) => it.fields["cs-uri-stem"])).toEqual([
    "/served",
    "/other",
  ]);
});
