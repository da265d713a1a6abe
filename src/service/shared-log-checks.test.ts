import { expect, test } from "bun:test";
import type { JsonObject } from "../base/json.ts";
import { expectGood } from "../base/result.ts";
import { refusalSentences } from "../metabase/change/refusal.ts";
import { author, makeRig } from "../metabase/testing/rig.ts";
import { accessLogSettings } from "../net/access-log/settings.ts";
import { collection, model, section } from "../schema/section.ts";
import { sharedLogChecks } from "./shared-log-checks.ts";

const SITE = "www/sites/a";
const site = section("site", "A site.", accessLogSettings);
const www = section("www", "A service.", accessLogSettings, { sites: collection(site, { doc: "Its sites." }) });

async function opened() {
  const rig = makeRig({ model: model([www]), checks: sharedLogChecks(["www"]) });
  const metabase = await rig.create();
  expectGood(await metabase.change({ ...author, edits: [{ at: SITE, create: {} }] }));
  const set = async (at: string, settings: JsonObject) => {
    const changed = await metabase.change({ ...author, edits: [{ at, set: settings }] });
    return changed.ok ? [] : refusalSentences(changed.error);
  };
  return { rig, set };
}

test("what is said of a shared log is said at the service, in whatever order it comes", async () => {
  const { rig, set } = await opened();
  await using _ = rig;
  expect(await set("www", { accessLogPer: "service", accessLogPeriod: "hour", accessLogFields: ["date"] })).toEqual([]);
  expect(await set(SITE, { accessLogPeriod: "day", accessLogKeepFor: "7d" })).toEqual([
    "www/sites/a/accessLogPeriod is set, and the site writes into the log of www, which others share. Set www/accessLogPeriod for all of them, or www/sites/a/accessLogPer to site",
    "www/sites/a/accessLogKeepFor is set, and the site writes into the log of www, which others share. Set www/accessLogKeepFor for all of them, or www/sites/a/accessLogPer to site",
  ]);
  expect(await set(SITE, { accessLogPer: "site", accessLogPeriod: "day" })).toEqual([]);
  expect(await set("www", { accessLogPer: "site" })).toEqual([]);
  expect(await set(SITE, { accessLogPer: "service" })).toEqual([
    expect.stringMatching(/^www\/sites\/a\/accessLogPeriod /),
  ]);
});

test("a service does not turn to one log while a site says something of its own", async () => {
  const { rig, set } = await opened();
  await using _ = rig;
  expect(await set(SITE, { accessLogFolder: "logs/a" })).toEqual([]);
  expect(await set("www", { accessLogPer: "service" })).toEqual([
    expect.stringMatching(/^www\/sites\/a\/accessLogFolder is set, /),
  ]);
  expect(await set(SITE, { accessLogFolder: null })).toEqual([]);
  expect(await set("www", { accessLogPer: "service" })).toEqual([]);
});

test("a site may have none, but none whose lines do not name it", async () => {
  const { rig, set } = await opened();
  await using _ = rig;
  expect(await set("www", { accessLogPer: "service" })).toEqual([]);
  expect(await set(SITE, { accessLog: "off" })).toEqual([]);
  expect(await set(SITE, { accessLog: "ncsa" })).toEqual([
    'www/sites/a/accessLogPer is "service" where accessLog is "ncsa", whose lines cannot say of which site they are. Set www/sites/a/accessLog to w3c, or www/sites/a/accessLogPer to site',
  ]);
  expect(await set(SITE, { accessLog: null })).toEqual([]);
  expect(await set("www", { accessLog: "ncsa" })).toEqual([expect.stringMatching(/^www\/accessLogPer is "service" /)]);
  expect(await set(SITE, { accessLog: "ncsa", accessLogPer: "site" })).toEqual([]);
});
