import { expect, test } from "bun:test";
import { expectGood } from "../../base/result.ts";
import { domain, smtpSite } from "../testing/model.ts";
import { author, makeRig } from "../testing/rig.ts";
import type { Affected } from "../tree/affected.ts";
import { snapshotValues } from "./snapshot.ts";

const edits = [
  { at: "smtp", set: { idleTimeout: "5m" } },
  { at: "smtp/sites/a", create: { bindings: ["*:25"], connectionsMax: 7 } },
  { at: "smtp/sites/a/domains/x.org", create: { smartHost: "h" } },
  { at: "smtp/sites/b", create: { idleTimeout: "1h" } },
  { at: "www/sites/w", create: {} },
];

test("a site is given with every setting that is not worth its default there, and all that is below", async () => {
  await using rig = makeRig();
  const metabase = await rig.create();
  expectGood(await metabase.change({ ...author, edits }));
  const snapshot = metabase.siteSnapshot("smtp/sites/a");
  if (snapshot === undefined) throw new Error("no site");
  expect(snapshot).toEqual(JSON.parse(JSON.stringify(snapshot)));
  const settings = { idleTimeout: "5m", connectionsMax: 7, bindings: ["*:25"] };
  const own = ["bindings", "connectionsMax"];
  const below = { idleTimeout: "5m", connectionsMax: 7, smartHost: "h" };
  const domains = { "x.org": { settings: below, own: ["smartHost"], collections: {} } };
  expect(snapshot).toEqual({ path: "smtp/sites/a", revision: 2, settings, own, collections: { domains } });
  expect(snapshotValues(smtpSite, snapshot)).toEqual(metabase.values("smtp/sites/a", smtpSite));
  expect(snapshotValues(domain, domains["x.org"])).toEqual(metabase.values("smtp/sites/a/domains/x.org", domain));
  expect(metabase.siteSnapshot("smtp/sites/none")).toBeUndefined();
});

test("a change concerns only the sites that it reaches", async () => {
  await using rig = makeRig();
  const metabase = await rig.create();
  expectGood(await metabase.change({ ...author, edits }));
  let last: Affected | undefined;
  metabase.subscribe((it) => {
    last = metabase.affectedBy(it);
  });
  const affected = async (at: string, set: Readonly<Record<string, string | number | null>>) => {
    expect(expectGood(await metabase.change({ ...author, edits: [{ at, set }] })).is).toBe("recorded");
    return [[...(last?.services ?? [])], [...(last?.sites ?? [])]];
  };
  expect(await affected("smtp/sites/a", { title: "x" })).toEqual([[], ["smtp/sites/a"]]);
  expect(await affected("smtp/sites/a/domains/x.org", { smartHost: "" })).toEqual([[], ["smtp/sites/a"]]);
  expect(await affected("smtp", { relay: "listed" })).toEqual([["smtp"], []]);
  expect(await affected("smtp", { idleTimeout: "6m" })).toEqual([["smtp"], ["smtp/sites/a"]]); // b has its own
  expect(await affected("smtp", { connectionsMax: 9 })).toEqual([["smtp"], ["smtp/sites/b"]]); // a has its own
  expect(await affected("www", { idleTimeout: "6m" })).toEqual([["www"], ["www/sites/w"]]);
  expectGood(await metabase.change({ ...author, edits: [{ at: "smtp/sites/b", remove: true }] }));
  expect([...(last?.sites ?? [])]).toEqual(["smtp/sites/b"]);
});
