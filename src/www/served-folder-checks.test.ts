import { expect, test } from "bun:test";
import { accountSection } from "../account/settings.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { expectGood } from "../base/result.ts";
import { certificateSection } from "../certificate/settings.ts";
import { refusalSentences } from "../metabase/change/refusal.ts";
import { author, makeRig } from "../metabase/testing/rig.ts";
import { model } from "../schema/section.ts";
import { logFolderChecks } from "../service/log-folder-checks.ts";
import { servedFolderChecks } from "./served-folder-checks.ts";
import { wwwService } from "./service.ts";
import { wwwSection } from "./settings.ts";

const home = { root: "/srv/home", from: "--home" } as const; // system path: only named
const SITE = "www/sites/a";

async function opened() {
  const checks = [...servedFolderChecks(home), ...logFolderChecks(home, [wwwService])];
  const rig = makeRig({ model: model([accountSection, certificateSection, wwwSection]), checks });
  const metabase = await rig.create();
  const nodes = [SITE, `${SITE}/directories/d`, `${SITE}/applications/b`, `${SITE}/applications/b/directories/c`];
  expectGood(await metabase.change({ ...author, edits: nodes.map((at) => ({ at, create: {} })) }));
  const set = async (at: string, settings: JsonObject) => {
    const changed = await metabase.change({ ...author, edits: [{ at, set: settings }] });
    return changed.ok ? [] : refusalSentences(changed.error);
  };
  return { rig, set };
}

test("the home and what it keeps is no folder of a site, however it is written", async () => {
  const { rig, set } = await opened();
  await using _ = rig;
  const kept: Json[] = [".", "keys", "keys/", "content/../keys", "./metabase/copy", "spool", "logs", "run", "cache"];
  for (const path of [...kept, "releases/1", "/srv/home", "/srv/home/keys", "/srv/a/../home/spool"])
    expect([path, (await set(SITE, { path })).length]).toEqual([path, 1]);
  for (const path of ["content", "content/keys", "shop", "keys2", "/srv/a", "/srv", "/keys"])
    expect([path, await set(SITE, { path })]).toEqual([path, []]);
});

test("nor one of a directory or application, and it is said where, why, and what mends it", async () => {
  const { rig, set } = await opened();
  await using _ = rig;
  for (const at of [`${SITE}/directories/d`, `${SITE}/applications/b`, `${SITE}/applications/b/directories/c`])
    expect(await set(at, { path: "content/../keys" })).toEqual([
      `${at}/path is "keys", which leads to /srv/home/keys: that holds the keys of the server, and is never served. Put what is to be served into a folder of its own, such as content/www, and name that`,
    ]);
});

test("no error has its page there, at a site or at the service", async () => {
  const { rig, set } = await opened();
  await using _ = rig;
  const errorPages = ["404 file keys/404.htm", "404.3 url /keys/404.htm", "500 file errors/500.htm"];
  expect(await set("www", { errorPages })).toEqual([expect.stringMatching(/^www\/errorPages\/0 is /)]);
  expect(await set(SITE, { errorPages })).toEqual([expect.stringMatching(/^www\/sites\/a\/errorPages\/0 is /)]);
  expect(await set(SITE, { errorPages: errorPages.slice(1) })).toEqual([]);
});

test("access logs are written among the logs of the home, or wherever else the home keeps nothing", async () => {
  const { rig, set } = await opened();
  await using _ = rig;
  for (const at of ["www", SITE]) {
    for (const accessLogFolder of ["logs", "logs/web", "weblogs", ".", "/var/log"]) // system path: only named
      expect(await set(at, { accessLogFolder })).toEqual([]);
    expect(await set(at, { accessLogFolder: "keys/x" })).toEqual([
      `${at}/accessLogFolder is "keys/x", which leads to /srv/home/keys/x: that holds the keys of the server, and no access log. Name another folder, such as logs`,
    ]);
  }
});
