import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../base/clock.ts";
import { AccessLogs } from "./access-logs.ts";
import { type AccessLogValues, accessLogSettings } from "./settings.ts";

const root = mkdtempSync(join(tmpdir(), "inetsrv logs ü "));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const START_MS = Date.UTC(2026, 10, 27, 12, 0, 0);
const usual = Object.fromEntries(
  Object.entries(accessLogSettings).map(([key, { value }]) => [key, value]),
) as AccessLogValues;
const short = { ...usual, accessLogFields: ["date", "time", "cs-uri-stem"] } as const;
const shared = { ...short, accessLogPer: "service" } as const;
let homes = 0;

/** The logs of a service in a home of their own. */
function opened() {
  const home = join(root, `home ${homes++}`);
  const lost: string[] = [];
  const logs = new AccessLogs({
    service: { stem: "W3SVC", fields: ["date", "time", "s-ip", "cs-uri-stem"], turnedAwayStatus: 503 },
    clock: new ManualClock(START_MS),
    report: () => {},
    lost: (site) => (lines) => lost.push(`${site} ${lines}`),
  });
  logs.settle(home, "1.0");
  const follow = (site: string, values: AccessLogValues) => logs.follow(site, `www/sites/${site}`, values);
  const write = (site: string, uriStem: string) => {
    const log = logs.of(site);
    log.write(Object.assign(log.record(), { atMs: START_MS, uriStem }));
  };
  /** Behind the time: what each line says, and the names of its fields first. */
  const lines = (folder: string) =>
    readFileSync(join(home, "logs", folder, "u_ex261127.log"), "utf8")
      .split("\n")
      .flatMap((line) => (line.startsWith("#Fields") || line.startsWith("2026") ? [line.split(" ").slice(2)] : []))
      .map((words) => words.join(" "));
  return { home, logs, lost, follow, write, lines };
}

test("sites that share a log write one file, and each line says whose it is; others have their own", async () => {
  const { home, logs, follow, write, lines } = opened();
  follow("a", shared);
  follow("ö", shared);
  follow("own", short);
  for (const site of ["a", "ö", "own", "a"]) write(site, `/${site.length}`);
  await logs.close();
  expect(readdirSync(join(home, "logs")).sort()).toEqual(["W3SVC", "W3SVC-own"]);
  expect(lines("W3SVC")).toEqual(["time s-sitename cs-uri-stem", "W3SVC-a /1", "W3SVC-%c3%b6 /1", "W3SVC-a /1"]);
  expect(lines("W3SVC-own")).toEqual(["time cs-uri-stem", "/3"]);
});

test("the name of the site stands behind the time, or where it is set to stand", async () => {
  const named = async (accessLogFields: AccessLogValues["accessLogFields"]) => {
    const { logs, follow, write, lines } = opened();
    follow("a", { ...shared, accessLogFields });
    write("a", "/");
    await logs.close();
    return lines("W3SVC")[0];
  };
  expect(await named(null)).toBe("time s-sitename s-ip cs-uri-stem");
  expect(await named(["date", "time", "c-ip", "s-sitename"])).toBe("time c-ip s-sitename");
  expect(await named(["date", "time"])).toBe("time s-sitename");
});

test("a site goes from a log of its own to the shared one and back, with the connections that are on it", async () => {
  const { logs, follow, write, lines } = opened();
  const log = logs.of("a");
  expect(log.on).toBe(false);
  follow("a", short);
  write("a", "/own");
  follow("b", shared);
  follow("a", shared);
  write("a", "/shared");
  follow("a", short);
  write("a", "/own-again");
  write("b", "/shared-still");
  follow("a", { ...short, accessLog: "off" });
  expect([log.on, log.wants.size]).toEqual([false, 0]);
  write("a", "/off");
  await logs.close();
  expect(lines("W3SVC").slice(1)).toEqual(["W3SVC-a /shared", "W3SVC-b /shared-still"]);
  expect(lines("W3SVC-a").slice(1)).toEqual(["/own", "/own-again"]);
});

test("a site that goes takes nothing from the others of its log, and the last one leaves it whole", async () => {
  const { logs, follow, write, lines } = opened();
  follow("a", shared);
  follow("b", shared);
  write("a", "/a");
  await logs.release("a");
  write("b", "/b");
  await logs.release("b");
  follow("c", shared);
  write("c", "/c");
  await logs.close();
  expect(lines("W3SVC").slice(1)).toEqual(["W3SVC-a /a", "W3SVC-b /b", "W3SVC-c /c"]);
});

test("where the shared log cannot be written, each of its sites says so, with the setting of the service", async () => {
  const { home, logs, lost, follow, write } = opened();
  writeFileSync(home, "");
  follow("a", shared);
  follow("b", shared);
  for (const site of ["a", "b"])
    expect(logs.faultsOf(site)[0]?.attempted).toStartWith("Cannot write the access log of www into ");
  expect(logs.faultsOf("a")[0]?.remedy).toContain("inetsrv config set www/accessLog off");
  write("a", "/");
  await logs.close();
  expect(lost).toEqual(["undefined 1"]);
});
